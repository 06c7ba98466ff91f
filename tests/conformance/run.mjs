// SPDX-License-Identifier: MIT
// ccxt, unchanged, against the local Kraken: the public side here, the private one in account.mjs.
import ccxt from 'ccxt';
import { account } from './account.mjs';
import { checksums } from './checksum.mjs';
import { start, check, piece, throws, finish } from './venue.mjs';

function client(venue) {
  const { http, ws } = venue;
  return new ccxt.pro.kraken({
    enableRateLimit: false,
    urls: { api: { public: http, private: http, ws: { public: ws, private: ws, publicV2: ws, privateV2: ws } } },
  });
}

const near = (a, b, tolerance) => Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b), 1e-12);

async function markets(kraken) {
  await piece('loadMarkets', async () => {
    await kraken.loadMarkets();
    const btc = kraken.market('BTC/USD');
    check('24 markets are listed', Object.keys(kraken.markets).length === 24, Object.keys(kraken.markets).length);
    check('BTC/USD has its Kraken id', btc.id === 'XXBTZUSD' && btc.base === 'BTC' && btc.quote === 'USD', btc.id);
    check('DOGE/USD is found under its readable name', kraken.market('DOGE/USD').id === 'XDGUSD');
    check('precision is the tick', btc.precision.price === 0.1 && btc.precision.amount === 1e-8, JSON.stringify(btc.precision));
    check('minimums are read', btc.limits.amount.min === 0.00005 && btc.limits.cost.min === 0.5, JSON.stringify(btc.limits));
    check('fees are Kraken\'s first tier', btc.taker === 0.004 && btc.maker === 0.0025, `${btc.taker} ${btc.maker}`);
    check('every market is active', Object.values(kraken.markets).every((market) => market.active));
  });
}

async function rest(kraken) {
  await piece('fetchTime', async () => {
    const time = await kraken.fetchTime();
    check('fetchTime is market time', time >= Date.UTC(2024, 0, 1) && time < Date.UTC(2024, 1, 1), time);
  });
  await piece('fetchStatus', async () => check('fetchStatus is ok', (await kraken.fetchStatus()).status === 'ok'));
  await piece('fetchTicker', async () => {
    const ticker = await kraken.fetchTicker('ETH/USD');
    check('fetchTicker has a sane quote', ticker.bid < ticker.ask && ticker.low <= ticker.last && ticker.last <= ticker.high,
      JSON.stringify(ticker));
    check('fetchTicker has volume', ticker.baseVolume > 0 && ticker.vwap >= ticker.low && ticker.vwap <= ticker.high);
  });
  await piece('fetchTickers', async () => {
    const some = await kraken.fetchTickers(['BTC/USD', 'PEPE/USD']);
    check('fetchTickers of two', Object.keys(some).length === 2 && some['PEPE/USD'].last < 0.01, Object.keys(some));
    check('fetchTickers of all', Object.keys(await kraken.fetchTickers()).length === 24);
  });
  await piece('fetchOrderBook', async () => {
    const book = await kraken.fetchOrderBook('SOL/USD', 25);
    check('fetchOrderBook has 25 levels a side', book.bids.length === 25 && book.asks.length === 25);
    check('fetchOrderBook is in order', book.bids.every(([p], i) => i === 0 || p < book.bids[i - 1][0]) &&
      book.asks.every(([p], i) => i === 0 || p > book.asks[i - 1][0]) && book.bids[0][0] < book.asks[0][0]);
  });
  await piece('fetchTrades', async () => {
    const trades = await kraken.fetchTrades('BTC/USD');
    check('fetchTrades gives a thousand', trades.length === 1000, trades.length);
    check('fetchTrades ascends', trades.every((t, i) => i === 0 || t.timestamp >= trades[i - 1].timestamp));
    const since = trades[500].timestamp;
    const later = await kraken.fetchTrades('BTC/USD', since, 100);
    // ccxt asks from the whole second and drops what is older than `since` itself.
    check('fetchTrades since begins there', later.length > 80 && later[0].timestamp === since,
      `${later.length} ${later[0]?.timestamp} ${since}`);
  });
}

async function history(kraken) {
  for (const [timeframe, minutes] of [['1m', 1], ['5m', 5], ['15m', 15], ['1h', 60], ['4h', 240], ['1d', 1440]])
    await piece(`fetchOHLCV ${timeframe}`, async () => {
      const rows = await kraken.fetchOHLCV('ADA/USD', timeframe);
      check(`fetchOHLCV ${timeframe} gives 720 candles without a gap`, rows.length === 720 &&
        rows.every((row, i) => i === 0 || row[0] - rows[i - 1][0] === minutes * 60000), rows.length);
      check(`fetchOHLCV ${timeframe} candles are sound`, rows.every(([, o, h, l, c, v]) =>
        l <= Math.min(o, c) && h >= Math.max(o, c) && v >= 0));
      const from = rows[300][0];
      const some = await kraken.fetchOHLCV('ADA/USD', timeframe, from, 10);
      check(`fetchOHLCV ${timeframe} since begins there`, some[0][0] === from, `${some[0]?.[0]} ${from}`);
    });
  await piece('candles of trades', async () => {
    const trades = await kraken.fetchTrades('MKR/USD');
    const rows = await kraken.fetchOHLCV('MKR/USD', '1h');
    compare('REST hourly candles equal their trades', trades, rows, 3600000);
  });
}

// Whole candles between the first and last trade, rebuilt from the trades alone.
function rebuild(trades, length) {
  const candles = new Map();
  for (const { timestamp, price, amount } of trades) {
    const start = timestamp - (timestamp % length);
    const row = candles.get(start);
    if (!row) candles.set(start, [start, price, price, price, price, amount]);
    else {
      row[2] = Math.max(row[2], price);
      row[3] = Math.min(row[3], price);
      row[4] = price;
      row[5] += amount;
    }
  }
  const starts = [...candles.keys()].sort((a, b) => a - b);
  return new Map(starts.slice(1, -1).map((start) => [start, candles.get(start)]));
}

function compare(what, trades, rows, length) {
  const built = rebuild(trades, length);
  let wrong = 0, seen = 0;
  for (const row of rows) {
    const own = built.get(row[0]);
    if (!own) continue;
    seen++;
    if (!(row.slice(0, 5).every((x, i) => x === own[i]) && near(row[5], own[5], 1e-9))) {
      wrong++;
      console.log(`      ${JSON.stringify(row)} but the trades say ${JSON.stringify(own)}`);
    }
  }
  check(`${what} (${seen} compared)`, seen > 0 && wrong === 0, `${wrong} differ`);
}

async function errors(kraken) {
  const { BadSymbol, AuthenticationError, ExchangeError } = ccxt;
  let result = await throws(BadSymbol, () => kraken.fetchTicker('FOO/USD'));
  check('an unknown symbol is BadSymbol before it is sent', result === true, result);
  // ccxt 4.5 knows `EQuery:Invalid asset pair` as BadSymbol; Kraken's own words here are others.
  result = await throws(BadSymbol, () => kraken.publicGetTicker({ pair: 'FOOUSD' }));
  check('an unknown pair on the wire has Kraken\'s words', String(result).includes('EQuery:Unknown asset pair'), result);
  result = await throws(BadSymbol, () => kraken.publicGetAssets({ asset: 'FOO' }));
  check('an unknown asset on the wire is BadSymbol', result === true, result);
  result = await throws(ExchangeError, () => kraken.publicGetOHLC({ pair: 'XBTUSD', interval: 7 }));
  check('a bad interval is an ExchangeError', result === true, result);
  kraken.apiKey = 'K';
  kraken.secret = 'a2V5';
  result = await throws(AuthenticationError, () => kraken.fetchBalance());
  check('a private call without an account is AuthenticationError', result === true, result);
}

async function streams(kraken) {
  await kraken.loadHttpProxyAgent();
  await piece('watchTicker', async () => {
    const ticker = await kraken.watchTicker('BTC/USD');
    check('watchTicker', ticker.bid < ticker.ask && ticker.last > 0 && ticker.baseVolume > 0, JSON.stringify(ticker));
  });
  await piece('watchOrderBook', async () => {
    let book, rounds = 0;
    for (; rounds < 40; rounds++) {
      book = await kraken.watchOrderBook('ETH/USD');
      if (!(book.bids[0][0] < book.asks[0][0])) break;
    }
    check('watchOrderBook never crosses', rounds === 40 && book.bids.length >= 10, `${rounds}`);
  });
  await piece('watchTrades', async () => {
    const trades = await kraken.watchTrades('BTC/USD');
    check('watchTrades', trades.length > 0 && trades.every((t) => t.price > 0 && t.amount > 0 && ['buy', 'sell'].includes(t.side)));
  });
  await piece('watchOHLCV', async () => {
    const rows = await kraken.watchOHLCV('SOL/USD', '1m');
    check('watchOHLCV', rows.length > 0 && rows[0].length === 6);
  });
  await piece('watch of all defaults', async () => {
    const symbols = Object.keys(kraken.markets);
    await Promise.all(symbols.map((symbol) => kraken.watchTicker(symbol)));
    check('watchTicker of all 24', true);
  });
}

// What streams in as candles must equal what streams in as trades.
async function candles(kraken) {
  const symbol = 'XRP/USD', trades = new Map(), rows = new Map(), until = Date.now() + 8000;
  await piece('watched candles', async () => {
    await Promise.all([
      (async () => {
        while (Date.now() < until)
          for (const trade of await kraken.watchTrades(symbol)) trades.set(trade.id, trade);
      })(),
      (async () => {
        while (Date.now() < until)
          for (const row of await kraken.watchOHLCV(symbol, '1m')) rows.set(row[0], [...row]);
      })(),
    ]);
    const ordered = [...trades.values()].sort((a, b) => a.id - b.id);
    check('watched trades have no hole', ordered.every((t, i) => i === 0 || Number(t.id) === Number(ordered[i - 1].id) + 1));
    compare('watched candles equal the watched trades', ordered, [...rows.values()], 60000);
  });
}

// Where the documents leave it open, an ordinary client must live with every reading.
async function variants() {
  for (let variant = 1; variant <= 4; variant++) {
    const venue = await start('--speed', '60', '--variant', String(variant), '--pairs', 'BTC/USD ETH/USD');
    const kraken = client(venue);
    await piece(`variant ${variant}`, async () => {
      await kraken.loadMarkets();
      await kraken.loadHttpProxyAgent();
      const book = await kraken.watchOrderBook('BTC/USD'), ticker = await kraken.watchTicker('ETH/USD');
      await kraken.watchTrades('BTC/USD');
      const rows = await kraken.watchOHLCV('ETH/USD', '1m');
      check(`ccxt lives with variant ${variant}`, Number(book.bids[0][0]) < Number(book.asks[0][0]) && ticker.last > 0 &&
        rows.length > 0);
    });
    await kraken.close();
    await venue.stop();
  }
}

const venue = await start('--speed', '60', '--seed', '7');
const kraken = client(venue);
console.log(`ccxt ${ccxt.version} against ${venue.http}`);
await markets(kraken);
await rest(kraken);
await history(kraken);
await streams(kraken);
await candles(kraken);
await errors(kraken);
await kraken.close();
await venue.stop();
await variants();
await account();
await checksums();
finish();
