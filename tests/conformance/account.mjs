// SPDX-License-Identifier: MIT
// The private half: ccxt, unchanged, with an account of the local Kraken. Orders of every kind over
// REST and WebSocket, what an account shows of them, and what each costs to the last digit.
import ccxt from 'ccxt';
import { start, check, piece, throws } from './venue.mjs';

const key = 'K', secret = 'kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==';
const symbol = 'BTC/USD';

export function trader(venue, options = {}) {
  const { http, ws } = venue;
  return new ccxt.pro.kraken({
    apiKey: key, secret, enableRateLimit: false,
    urls: { api: { public: http, private: http, ws: { public: ws, private: ws, publicV2: ws, privateV2: ws } } },
    ...options,
  });
}

// Amounts as whole numbers of 1e-10: doubles have no last digit to speak of.
function exact(text) {
  const [whole, fraction = ''] = String(text).replace('-', '').split('.');
  const value = BigInt(whole) * 10n ** 10n + BigInt(fraction.padEnd(10, '0').slice(0, 10));
  return String(text).startsWith('-') ? -value : value;
}

async function held(kraken) {
  const { result } = await kraken.privatePostBalanceEx();
  return Object.fromEntries(Object.entries(result).map(([id, row]) => [id, exact(row.balance)]));
}

async function prices(kraken) {
  const { bid, ask } = await kraken.fetchTicker(symbol);
  const whole = (price) => Math.round(price);
  return { bid, ask, low: whole(bid * 0.8), high: whole(ask * 1.2), whole };
}

async function balances(kraken) {
  await piece('fetchBalance', async () => {
    const balance = await kraken.fetchBalance();
    check('fetchBalance has what was paid in', balance.USD.total === 100000 && balance.BTC.total === 2 && balance.ETH.free === 10,
      JSON.stringify(balance.total));
    const { low } = await prices(kraken);
    const order = await kraken.createOrder(symbol, 'limit', 'buy', 0.1, low);
    const held = (await kraken.fetchBalance()).USD;
    // The price and the taker's fee, 0.40 %, rest with the order.
    check('an open order holds its cost', held.used >= low * 0.1 && held.used <= low * 0.1 * 1.0041 && held.total === 100000,
      JSON.stringify(held));
    await kraken.cancelOrder(order.id, symbol);
    check('a cancelled one lets go of it', (await kraken.fetchBalance()).USD.used === 0);
  });
}

async function kinds(kraken) {
  const { low, high, whole, ask } = await prices(kraken);
  const placed = async (what, check_order, ...order) => piece(what, async () => {
    const made = await kraken.createOrder(symbol, ...order);
    const found = await kraken.fetchOrder(made.id, symbol);
    check(what, found.status === 'open' && check_order(found), JSON.stringify(found.info));
  });
  await placed('createOrder limit', (o) => o.type === 'limit' && o.price === low && o.amount === 0.01 && o.clientOrderId === 'abc',
    'limit', 'buy', 0.01, low, { clientOrderId: 'abc' });
  await placed('createOrder limit to sell', (o) => o.side === 'sell' && o.price === high, 'limit', 'sell', 0.01, high);
  await placed('createOrder stop-loss', (o) => Number(o.info.stopprice) === low && o.info.descr.ordertype === 'stop-loss',
    'market', 'sell', 0.01, undefined, { stopLossPrice: low });
  await placed('createOrder take-profit', (o) => Number(o.info.descr.price) === high && o.info.descr.ordertype === 'take-profit',
    'market', 'sell', 0.01, undefined, { takeProfitPrice: high });
  await placed('createOrder stop-loss-limit', (o) => o.info.descr.ordertype === 'stop-loss-limit' &&
    Number(o.info.descr.price2) === low - 10, 'limit', 'sell', 0.01, low - 10, { stopLossPrice: low });
  await placed('createOrder trailing', (o) => o.info.descr.price === '+5.0000%' && Number(o.info.stopprice) < ask,
    'market', 'sell', 0.01, undefined, { trailingPercent: '5' });
  await placed('createOrder post-only', (o) => o.info.oflags.includes('post'), 'limit', 'buy', 0.01, low, { postOnly: true });
  await placed('createOrder with a conditional close', (o) => o.info.descr.close === `close position @ stop loss ${whole(low * 0.9)}.0`,
    'limit', 'buy', 0.01, low, { close: { ordertype: 'stop-loss', price: String(whole(low * 0.9)) } });
  await piece('fetchOpenOrders', async () => {
    const orders = await kraken.fetchOpenOrders(symbol);
    check('fetchOpenOrders has them all', orders.length === 8 && orders.every((o) => o.symbol === symbol && o.status === 'open'),
      orders.length);
  });
  await piece('cancelAllOrders', async () => {
    const { result } = (await kraken.cancelAllOrders())[0].info;
    check('cancelAllOrders ends them all', Number(result.count) === 8 && (await kraken.fetchOpenOrders()).length === 0, result.count);
    const closed = await kraken.fetchClosedOrders(symbol);
    check('fetchClosedOrders has them all', closed.length >= 8 && closed.every((o) => o.status === 'canceled'), closed.length);
  });
}

async function changes(kraken) {
  const { low } = await prices(kraken);
  await piece('editOrder', async () => {
    const order = await kraken.createOrder(symbol, 'limit', 'buy', 0.01, low);
    await kraken.editOrder(order.id, symbol, 'limit', 'buy', 0.02, low - 100);
    const found = await kraken.fetchOrder(order.id, symbol);
    check('editOrder changes it in place', found.amount === 0.02 && found.price === low - 100, JSON.stringify(found.info));
    await kraken.cancelOrder(order.id, symbol);
  });
  await piece('createOrders', async () => {
    const rows = [low, low - 100].map((price) => ({ symbol, type: 'limit', side: 'buy', amount: 0.01, price }));
    const orders = await kraken.createOrders(rows);
    check('createOrders places both', orders.length === 2 && orders.every((o) => o.id), JSON.stringify(orders));
    const { result } = (await kraken.cancelOrders(orders.map((o) => o.id)))[0].info;
    check('cancelOrders ends both', Number(result.count) === 2, JSON.stringify(result));
  });
  await piece('cancelAllOrdersAfter', async () => {
    const armed = (await kraken.cancelAllOrdersAfter(60000)).result;
    check('cancelAllOrdersAfter says when', Date.parse(armed.triggerTime) - Date.parse(armed.currentTime) === 60000, JSON.stringify(armed));
    const disarmed = (await kraken.cancelAllOrdersAfter(0)).result;
    check('cancelAllOrdersAfter 0 disarms', disarmed.triggerTime === '0', JSON.stringify(disarmed));
  });
}

// What a fill did to the two balances must be what the fill says of itself.
async function fill(kraken, what, place) {
  await piece(what, async () => {
    const before = await held(kraken);
    const made = await place();
    const order = await kraken.fetchOrder(made.id, symbol);
    const after = await held(kraken);
    const trades = (await kraken.fetchMyTrades(symbol)).filter((t) => t.order === made.id);
    const sum = (name) => trades.reduce((total, t) => total + exact(t.info[name]), 0n);
    const sign = order.side === 'buy' ? 1n : -1n;
    check(`${what} fills`, order.status === 'closed' && order.filled > 0 && trades.length > 0, JSON.stringify(order.info));
    check(`${what} moves dollars by cost and fee`, after.ZUSD - before.ZUSD === -sign * sum('cost') - sum('fee'),
      `${after.ZUSD - before.ZUSD} ${sum('cost')} ${sum('fee')}`);
    check(`${what} moves coins by its volume`, after.XXBT - before.XXBT === sign * sum('vol'), `${after.XXBT - before.XXBT}`);
    check(`${what} totals are its trades'`, exact(order.info.cost) === sum('cost') && exact(order.info.fee) === sum('fee') &&
      exact(order.info.vol_exec) === sum('vol'));
    check(`${what} pays 0.40 %`, trades.every((t) => Math.abs(t.fee.cost - t.cost * 0.004) <= 0.00005001 && t.takerOrMaker === 'taker'));
    const rows = await kraken.fetchLedger('USD');
    const total = rows.filter((row) => trades.some((t) => t.id === row.info.refid))
      .reduce((all, row) => all + exact(row.info.amount) - exact(row.info.fee), 0n);
    check(`${what} is in the ledger`, total === after.ZUSD - before.ZUSD, `${total}`);
  });
}

async function fills(kraken) {
  const { ask, bid } = await prices(kraken);
  await fill(kraken, 'a market order', () => kraken.createOrder(symbol, 'market', 'buy', 0.05));
  await fill(kraken, 'a market order by cost', () => kraken.createMarketBuyOrderWithCost(symbol, 500));
  await fill(kraken, 'a market order to sell', () => kraken.createOrder(symbol, 'market', 'sell', 0.03));
  await fill(kraken, 'a crossing limit order', () => kraken.createOrder(symbol, 'limit', 'buy', 0.001, Math.round(ask * 1.01)));
  await fill(kraken, 'an immediate order', () =>
    kraken.createOrder(symbol, 'limit', 'sell', 0.001, Math.round(bid * 0.99), { timeInForce: 'IOC' }));
  await piece('fetchTradingFee', async () => {
    const fee = await kraken.fetchTradingFee(symbol);
    check('fetchTradingFee is Kraken\'s first tier', fee.taker === 0.004 && fee.maker === 0.0025, JSON.stringify(fee));
  });
}

async function refusals(venue, kraken) {
  const { low, bid } = await prices(kraken);
  const refused = async (what, kind, words, run) => piece(what, async () => {
    const result = await throws(kind, run, words);
    check(what, result === true, result);
  });
  await refused('too little money is InsufficientFunds', ccxt.InsufficientFunds, 'EOrder:Insufficient funds',
    () => kraken.createOrder(symbol, 'limit', 'buy', 100, low));
  await refused('too small an order is InvalidOrder', ccxt.InvalidOrder, 'EOrder:Order minimum not met',
    () => kraken.createOrder(symbol, 'limit', 'buy', 0.00001, low));
  await refused('an unknown order is OrderNotFound', ccxt.OrderNotFound, 'EOrder:Unknown order',
    () => kraken.cancelOrder('OAAAAA-AAAAA-AAAAAA', symbol));
  await refused('a bad price is InvalidOrder', ccxt.InvalidOrder, 'EOrder:Invalid price:Invalid price argument',
    () => kraken.privatePostAddOrder({ pair: 'XBTUSD', type: 'buy', ordertype: 'limit', volume: '0.01', price: 'cheap' }));
  await refused('too fine a price is told in Kraken\'s words', ccxt.ExchangeError, 'EOrder:Invalid price',
    () => kraken.privatePostAddOrder({ pair: 'XBTUSD', type: 'buy', ordertype: 'limit', volume: '0.01', price: '1.234567' }));
  await refused('an unknown pair is told in Kraken\'s words', ccxt.ExchangeError, 'EQuery:Unknown asset pair',
    () => kraken.privatePostAddOrder({ pair: 'FOOUSD', type: 'buy', ordertype: 'market', volume: '1' }));
  await refused('a used client id is an ExchangeError', ccxt.ExchangeError, '', async () => {
    await kraken.createOrder(symbol, 'limit', 'buy', 0.01, low, { clientOrderId: 'twice' });
    await kraken.createOrder(symbol, 'limit', 'buy', 0.01, low, { clientOrderId: 'twice' });
  });
  await kraken.cancelAllOrders();
  await refused('an unknown key is AuthenticationError', ccxt.AuthenticationError, 'EAPI:Invalid key',
    () => trader(venue, { apiKey: 'nobody' }).fetchBalance());
  await refused('a wrong secret is an ExchangeError', ccxt.ExchangeError, 'EAPI:Invalid signature',
    () => trader(venue, { secret: 'd3Jvbmc=' }).fetchBalance());
  await refused('an old nonce is InvalidNonce', ccxt.InvalidNonce, 'EAPI:Invalid nonce', () => {
    const late = trader(venue);
    late.nonce = () => 1;
    return late.fetchBalance();
  });
  await refused('a key without the permission is PermissionDenied', ccxt.PermissionDenied, 'EGeneral:Permission denied', () => {
    const reader = trader(venue, { apiKey: 'R' });
    return reader.privatePostAddOrder({ pair: 'XBTUSD', type: 'buy', ordertype: 'limit', volume: '0.01', price: String(Math.round(bid)) });
  });
  await refused('a missing password is an ExchangeError', ccxt.ExchangeError, 'EAPI:Invalid signature',
    () => trader(venue, { apiKey: 'P' }).fetchBalance());
  await piece('a password', async () => {
    const balance = await trader(venue, { apiKey: 'P' }).privatePostBalance({ otp: 'swordfish' });
    check('the right password is let in', balance.result.ZUSD === '5.0000', JSON.stringify(balance));
  });
  await refused('too many calls are DDoSProtection', ccxt.DDoSProtection, 'EAPI:Rate limit exceeded', async () => {
    const hasty = trader(venue, { apiKey: 'H' });
    for (let i = 0; i < 200; i++) await hasty.privatePostBalance();
  });
  await refused('too many orders are DDoSProtection', ccxt.DDoSProtection, 'EOrder:Rate limit exceeded', async () => {
    const hasty = trader(venue, { apiKey: 'H' });
    for (let i = 0; i < 400; i++)
      await hasty.privatePostAddOrder({ pair: 'XBTUSD', type: 'buy', ordertype: 'limit', volume: '0.0001', price: String(low), validate: 'true' });
  });
}

// The first of what a watcher gives that suits; who asked may never come to wait for it.
function until(watch, suits) {
  const search = async () => {
    for (;;) {
      const found = (await watch()).find(suits);
      if (found) return found;
    }
  };
  const found = search();
  found.catch(() => {});
  return found;
}

async function streams(kraken) {
  await kraken.loadHttpProxyAgent();
  const { low, ask } = await prices(kraken);
  let order;
  await piece('watchOrders', async () => {
    const seen = until(() => kraken.watchOrders(symbol), (o) => o.status === 'open' && o.price === low);
    order = await kraken.createOrderWs(symbol, 'limit', 'buy', 0.01, low);
    const watched = await seen;
    check('createOrderWs is seen by watchOrders', watched.id === order.id && watched.symbol === symbol && watched.price === low &&
      watched.amount === 0.01 && watched.side === 'buy', JSON.stringify(watched.info));
  });
  await piece('editOrderWs', async () => {
    const seen = until(() => kraken.watchOrders(symbol), (o) => o.id === order.id && o.price === low - 50);
    await kraken.editOrderWs(order.id, symbol, 'limit', 'buy', 0.02, low - 50);
    check('editOrderWs is seen by watchOrders', (await seen).amount === 0.02);
  });
  await piece('cancelOrderWs', async () => {
    const seen = until(() => kraken.watchOrders(symbol), (o) => o.id === order.id && o.status === 'canceled');
    await kraken.cancelOrderWs(order.id);
    check('cancelOrderWs is seen by watchOrders', (await seen).id === order.id);
  });
  await piece('cancelAllOrdersWs', async () => {
    await kraken.createOrderWs(symbol, 'limit', 'buy', 0.01, low);
    await kraken.createOrderWs(symbol, 'limit', 'buy', 0.01, low - 1);
    await kraken.cancelAllOrdersWs();
    check('cancelAllOrdersWs ends them all', (await kraken.fetchOpenOrders()).length === 0);
  });
  await piece('watchMyTrades', async () => {
    const bought = until(() => kraken.watchMyTrades(symbol), (t) => t.order === order.id);
    const filled = until(() => kraken.watchOrders(symbol), (o) => o.id === order.id && o.status === 'closed');
    order = await kraken.createOrderWs(symbol, 'market', 'buy', 0.0002);
    const [trade, closed] = await Promise.all([bought, filled]);
    check('a fill is seen by watchMyTrades', trade.amount === 0.0002 && trade.price >= ask * 0.9 && trade.takerOrMaker === 'taker' &&
      trade.fee.cost > 0, JSON.stringify(trade.info));
    check('and its end by watchOrders', closed.filled === 0.0002, JSON.stringify(closed.info));
  });
  await piece('watchBalance', async () => {
    const first = await kraken.watchBalance();
    check('watchBalance has the coins', first.BTC.total > 1 && first.USD.total > 0, JSON.stringify(first.total));
    const coins = first.BTC.total, next = until(async () => [await kraken.watchBalance()], (b) => b.BTC.total < coins);
    await kraken.createOrderWs(symbol, 'market', 'sell', 0.0002);
    const [told, listed] = [(await next).BTC.total, (await kraken.fetchBalance()).BTC.total];
    check('watchBalance follows a fill', told === listed, `${told} ${listed}`);
  });
  await piece('createOrderWs refused', async () => {
    // ccxt knows InsufficientFunds over WebSocket by the words of version 1 alone.
    const result = await throws(ccxt.ExchangeError, () => kraken.createOrderWs(symbol, 'limit', 'buy', 100, low),
      'EOrder:Insufficient funds');
    check('a refusal over WebSocket has the same words', result === true, result);
  });
}

/** Where the documents leave it open, an ordinary client must live with every reading. */
async function variants() {
  for (let variant = 1; variant <= 4; variant++) {
    const venue = await start('--pairs', symbol, '--variant', String(variant), '--api-key', key, '--api-secret', secret,
      '--balance', 'USD=100000,BTC=2', '--nonce-window', '5');
    const kraken = trader(venue);
    await piece(`an account in variant ${variant}`, async () => {
      await kraken.loadMarkets();
      await kraken.loadHttpProxyAgent();
      const balance = await kraken.fetchBalance();
      const trades = until(() => kraken.watchMyTrades(symbol), (t) => t.amount > 0);
      const order = await kraken.createOrderWs(symbol, 'market', 'buy', 0.0002);
      check(`ccxt trades in variant ${variant}`, balance.BTC.total === 2 && (await trades).order === order.id);
    });
    await kraken.close();
    await venue.stop();
  }
}

export async function account() {
  const others = [['R', 'query-funds'], ['P', 'all', '--otp', 'swordfish', '--balance', 'USD=5'], ['H', 'all', '--tier', 'starter', '--nonce-window', '5']];
  const venue = await start('--seed', '7', '--api-key', key, '--api-secret', secret, '--balance', 'USD=100000,BTC=2,ETH=10',
    '--tier', 'pro', '--nonce-window', '5', '--speed', '20',
    ...others.flatMap(([name, may, ...more]) => ['--api-key', name, '--api-secret', secret, '--permissions', may, ...more]));
  const kraken = trader(venue);
  // Counters run in market time: at 20x they let twenty calls a second pass.
  const quick = kraken.fetch.bind(kraken);
  kraken.fetch = async (url, ...rest) => {
    if (url.includes('/private/')) await new Promise((done) => setTimeout(done, 50));
    return quick(url, ...rest);
  };
  await kraken.loadMarkets();
  await balances(kraken);
  await kinds(kraken);
  await changes(kraken);
  await fills(kraken);
  await streams(kraken);
  await refusals(venue, kraken);
  await kraken.close();
  await venue.stop();
  await variants();
}
