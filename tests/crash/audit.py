# SPDX-License-Identifier: MIT
"""What the venue says of an account, held against what the ledger says: by an independent client, and by rows alone."""
import sqlite3
import time
from decimal import ROUND_HALF_UP, Decimal

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
CENT = Decimal("0.00000001")


def number_of(client_id):
    """Of `c`, the instance's tag in 6 digits and the order's number in 11, base 36; None for another's."""
    text = (client_id or "").lower()
    return int(text[7:], 36) if len(text) == 18 and text[0] == "c" and all(c in DIGITS for c in text[1:]) else None


def symbol_of(pair):
    """As everybody but Kraken says it."""
    base, quote = pair["wsname"].split("/")
    return {"XBT": "BTC", "XDG": "DOGE"}.get(base, base) + "/" + quote


def ask(client, call, tries=5, **fields):
    """The reply's result; a venue that refuses for now is asked again, as often as is polite."""
    while True:
        tries -= 1
        try:
            reply = client.call(call, **fields)
            if not reply["error"]:
                return reply["result"]
            raise OSError(f"{call}: {reply['error']}")
        except OSError:
            if tries == 0:
                raise
            time.sleep(0.5)


class Audit:
    """Everything the venue ever told of one account; asked again, it fetches what is new."""

    def __init__(self, state, own):
        self.state, self.own = state, own  # coins that were there before us
        self.orders, self.trades, self.coins, self.names = {}, {}, {}, {}
        self.clients, self.doubled = {}, []

    def rows(self, sql):
        db = sqlite3.connect(f"file:{self.state}/ledger.db?mode=ro", uri=True, timeout=10)
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()

    def pages(self, client, call, key, since, **more):
        out, offset = {}, 0
        while True:
            reply = ask(client, call, start=since, ofs=offset, **more)
            page = reply[key]
            out.update(page)
            offset += len(page)
            if not page or offset >= reply["count"]:
                return out

    def fetch(self, client):
        if not self.names:
            for name, pair in client.public("AssetPairs")["result"].items():
                self.names[name] = self.names[pair["altname"]] = self.names[pair["wsname"]] = pair
        newest = max((float(row["time"]) for row in self.trades.values()), default=0)
        closed = max((float(row["closetm"]) for row in self.orders.values() if "closetm" in row), default=0)
        self.open = ask(client, "OpenOrders")["open"]
        self.trades.update(self.pages(client, "TradesHistory", "trades", max(0, newest - 120)))
        self.orders.update(self.pages(client, "ClosedOrders", "closed", max(0, closed - 120)))
        self.orders.update(self.open)
        self.coins = {asset: Decimal(amount) - Decimal(self.own.get(asset, 0))
                      for asset, amount in ask(client, "Balance").items()}

    def moved(self, client, asset, known):
        """What came to the account and left it otherwise than by trade, but for the entries known before; all entries."""
        entries = {**self.pages(client, "Ledgers", "ledger", 0, type="deposit"),
                   **self.pages(client, "Ledgers", "ledger", 0, type="withdrawal")}
        return sum((Decimal(row["amount"]) - Decimal(row["fee"]) for name, row in entries.items()
                    if name not in known and row["asset"] == asset), Decimal(0)), entries.keys()

    def bare(self):
        """Pairs of which more is held than lies under one stop, and no sale is under way."""
        out = {}
        for pair in {id(each): each for each in self.names.values()}.values():
            held = self.coins.get(pair["base"], Decimal(0))
            ours = [order for order in self.open.values() if self.names[order["descr"]["pair"]] is pair]
            sells = [order for order in ours if order["descr"]["type"] == "sell"]
            stops = [Decimal(order["vol"]) - Decimal(order["vol_exec"]) for order in sells
                     if order["descr"]["ordertype"] == "stop-loss"]
            sale = len(stops) < len(sells)
            if held < Decimal(pair["ordermin"]):
                if stops and not any(order["descr"]["type"] == "buy" for order in ours):
                    out[pair["wsname"]] = f"{held} held, and stops {stops}"
            elif not sale and stops != [held]:
                out[pair["wsname"]] = f"{held} held, stops {[str(stop) for stop in stops]}"
        return out

    def strangers(self):
        """Orders that no intent of the ledger asked for, and numbers that two orders carry."""
        intents = {row[0] for row in self.rows("SELECT client FROM intents")}
        out = []
        for txid, order in self.orders.items():
            number = number_of(order.get("cl_ord_id"))
            parent = self.orders.get(order.get("refid") or "")
            if number is None and parent is None:
                out.append(f"{txid} is not ours and nobody's child: {order['descr']['order']}")
            elif number is not None and number not in intents:
                out.append(f"{txid} carries {number}, which is not in the ledger")
            elif number is not None and self.clients.setdefault(number, txid) != txid:
                out.append(f"{number} is carried by {txid} and {self.clients[number]}")
        return out

    def uncounted(self):
        """Trades that the ledger lacks, has twice, or has otherwise; rows of trades that never were."""
        ledger, out = {}, []
        for exec_id, symbol, side, price, qty, decimals in self.rows(
                "SELECT exec, symbol, side, price_ticks, qty_lots, decimals FROM fills"):
            seen = ledger.setdefault(exec_id, [symbol, "sell" if side else "buy",
                                               Decimal(price).scaleb(-(decimals // 100)), Decimal(0)])
            seen[3] += Decimal(qty).scaleb(-(decimals % 100))
        for txid, trade in self.trades.items():
            told = [symbol_of(self.names[trade["pair"]]), trade["type"], Decimal(trade["price"]), Decimal(trade["vol"])]
            if txid not in ledger:
                out.append(f"trade {txid} is not in the ledger: {told}")
            elif ledger[txid] != told:
                out.append(f"trade {txid} is {told}, in the ledger {ledger[txid]}")
        out += [f"the ledger has {exec_id or 'a fill without a name'}, the venue has not"
                for exec_id in ledger if exec_id not in self.trades]
        return out

    def complaints(self):
        return [f"{pair}: {what}" for pair, what in self.bare().items()] + self.strangers() + self.uncounted()

    def cash(self, capital):
        """What the venue's own trades make of the capital, and what they leave of each coin."""
        known = {row[0] for row in self.rows("SELECT exec FROM fills")}
        cash, coins = Decimal(capital), {}
        for txid, trade in self.trades.items():
            if txid in known:
                cost = (Decimal(trade["price"]) * Decimal(trade["vol"])).quantize(CENT, ROUND_HALF_UP)
                sign = 1 if trade["type"] == "sell" else -1
                cash += sign * cost - Decimal(trade["fee"])
                base = self.names[trade["pair"]]["base"]
                coins[base] = coins.get(base, Decimal(0)) - sign * Decimal(trade["vol"])
        return cash, {base: amount for base, amount in coins.items() if amount}
