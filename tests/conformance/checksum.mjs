// SPDX-License-Identifier: MIT
// A book keeper that knows nothing of ccxt or cuttle: raw WebSocket texts, numbers kept as the
// characters that came, CRC-32 by its definition. Verifies every checksum, for SECONDS (30) at
// several depths and speeds.
import { fileURLToPath } from 'node:url';
import WebSocket from 'ws';
import { start, check, piece, finish } from './venue.mjs';

const seconds = Number(process.env.SECONDS ?? 30);
const symbols = ['BTC/USD', 'ETH/USD', 'SOL/USD', 'PEPE/USD', 'MKR/USD'];

function crc32(text) {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

// Numbers become strings before JSON.parse can take their trailing zeros away.
const parse = (text) => JSON.parse(text.replace(/("(?:price|qty)":)(-?[0-9.]+)/g, '$1"$2"'));

const digits = (text) => text.replace('.', '').replace(/^0+/, '');

class Book {
  constructor(depth) {
    this.depth = depth;
    this.bids = new Map();
    this.asks = new Map();
  }

  apply(side, levels) {
    for (const { price, qty } of levels)
      if (Number(qty) === 0) side.delete(price);
      else side.set(price, qty);
  }

  sorted(side, sign) {
    const list = [...side.entries()].sort((a, b) => sign * (Number(a[0]) - Number(b[0])));
    for (const [price] of list.slice(this.depth)) side.delete(price);
    return list.slice(0, this.depth);
  }

  update(row) {
    this.apply(this.bids, row.bids);
    this.apply(this.asks, row.asks);
    const bids = this.sorted(this.bids, -1), asks = this.sorted(this.asks, 1);
    const text = [...asks.slice(0, 10), ...bids.slice(0, 10)].map(([p, q]) => digits(p) + digits(q)).join('');
    return { sum: crc32(text), crossed: Number(bids[0][0]) >= Number(asks[0][0]), levels: bids.length };
  }
}

// Subscribes, keeps the books for a while, then says what was seen.
function keep(url, depth, wall_ms) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url), books = new Map();
    const seen = { messages: 0, wrong: 0, crossed: 0, snapshots: 0, acks: 0, heartbeats: 0, status: 0 };
    socket.on('error', reject);
    socket.on('open', () => {
      socket.send(JSON.stringify({ method: 'subscribe', params: { channel: 'book', symbol: symbols, depth }, req_id: 1 }));
      setTimeout(() => { socket.close(); resolve({ ...seen, books }); }, wall_ms);
    });
    socket.on('message', (data) => {
      const message = parse(String(data));
      if (message.method === 'subscribe' && message.success && message.req_id === 1) seen.acks++;
      if (message.channel === 'status') seen.status++;
      if (message.channel === 'heartbeat') seen.heartbeats++;
      if (message.channel !== 'book') return;
      const row = message.data[0];
      if (message.type === 'snapshot') {
        seen.snapshots++;
        books.set(row.symbol, new Book(depth));
      }
      const { sum, crossed } = books.get(row.symbol).update(row);
      seen.messages++;
      if (sum !== row.checksum) seen.wrong++;
      if (crossed) seen.crossed++;
    });
  });
}

async function session(speed, depth, wall_ms, variant = '0') {
  const venue = await start('--speed', String(speed), '--variant', variant);
  const seen = await keep(venue.ws, depth, wall_ms);
  const name = `depth ${depth} at ${speed}x, variant ${variant}`;
  check(`${name}: status came first, each symbol was acknowledged and has a snapshot`,
    seen.status === 1 && seen.acks === symbols.length && seen.snapshots === symbols.length, JSON.stringify(seen));
  check(`${name}: ${seen.messages} messages, every checksum right`, seen.messages > 10 && seen.wrong === 0, seen.wrong);
  check(`${name}: no book crossed`, seen.crossed === 0, seen.crossed);
  const levels = [...seen.books.values()].every((book) => book.bids.size >= Math.min(depth, 25));
  check(`${name}: books are deep enough`, levels);
  await venue.stop();
  return seen.messages;
}

/** All sessions; a few seconds each. */
export async function checksums() {
  check('CRC-32 of 123456789 is cbf43926', crc32('123456789') === 0xcbf43926);
  const share = seconds * 1000 / 8;
  await piece('10 at 60x', () => session(60, 10, 2 * share), 120000);
  await piece('25 at 1x', () => session(1, 25, share), 120000);
  await piece('100 at 20x', () => session(20, 100, share), 120000);
  await piece('1000 at 60x', () => session(60, 1000, share), 120000);
  await piece('variants', async () => {
    for (const variant of ['1', '2', '3', '4']) await session(60, 10, share / 2, variant);
  }, 120000);
  await piece('conflated', async () => {
    const messages = await session(600, 10, share);
    // 20 a pair and wall second, five pairs, the snapshots, and the timer's grain.
    check('at 600x books are told 20 times a second at most', messages <= 5 + 5 * 22 * share / 1000, messages);
  }, 120000);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await checksums();
  finish();
}
