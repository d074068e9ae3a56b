// From the offer of capacity to a settled trade, with stubs made from protos/ at run time: what a client in another language sees of the venue.
// Arguments: address, operator's key, folder of the protos. Modules are found through NODE_PATH.
'use strict';
const assert = require('node:assert');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [address, operatorKey, protos] = process.argv.slice(2);
const SERVICES = ['catalog', 'capacity', 'trading', 'market_data', 'settlement', 'account', 'audit', 'admin'];
const HOUR = 'H200-EUWEST-20270301T09';
const QUARTER = 'H200-EUWEST-2027Q2';

const definition = loader.loadSync(
  SERVICES.map((name) => `gwh/marketplace/v1/${name}_service.proto`),
  { includeDirs: [protos], longs: String, enums: String, defaults: true, oneofs: true });
const contract = grpc.loadPackageDefinition(definition).gwh.marketplace.v1;

let lastId = 0;
const newId = () => `node-${++lastId}`;
const at = (time) => ({ seconds: String(Date.parse(time) / 1000), nanos: 0 });

// A line under one key: every service, each RPC a promise or, where the venue streams, a stream.
function line(key) {
  const credentials = grpc.credentials.createInsecure();
  const authorize = () => {
    const metadata = new grpc.Metadata();
    metadata.set('authorization', `Bearer ${key}`);
    return metadata;
  };
  const services = {};
  for (const name of Object.keys(contract).filter((one) => one.endsWith('Service'))) {
    const client = new contract[name](address, credentials);
    const calls = { close: () => client.close() };
    for (const rpc of Object.values(contract[name].service)) {
      const method = rpc.originalName;
      calls[method] = rpc.requestStream || rpc.responseStream
        ? (request) => (rpc.requestStream ? client[method](authorize()) : client[method](request, authorize()))
        : (request) => new Promise((resolve, reject) => client[method](request, authorize(), (error, answer) => (error ? reject(error) : resolve(answer))));
    }
    services[name.replace('Service', '')] = calls;
  }
  return services;
}

// The messages of a stream, one promise at a time.
function reader(stream) {
  const messages = [];
  const waiting = [];
  let ended;
  const end = (how) => {
    ended = how;
    waiting.splice(0).forEach((one) => (how.error ? one.reject(how.error) : one.resolve(null)));
  };
  stream.on('data', (message) => (waiting.length ? waiting.shift().resolve(message) : messages.push(message)));
  stream.on('error', (error) => end({ error }));
  stream.on('end', () => end({}));
  return () => new Promise((resolve, reject) => {
    if (messages.length) resolve(messages.shift());
    else if (ended) (ended.error ? reject(ended.error) : resolve(null));
    else waiting.push({ resolve, reject });
  });
}

async function run() {
  const operator = line(operatorKey);
  const lines = [operator];
  const enter = async (participant, role) => {
    await operator.Admin.createFirm({ requestId: newId(), firmId: `firm-${participant}` });
    await operator.Admin.createParticipant({ requestId: newId(), participantId: participant, firmId: `firm-${participant}` });
    const made = await operator.Admin.createKey({ requestId: newId(), participantId: participant, role });
    const entered = line(made.secret);
    lines.push(entered);
    return entered;
  };
  const supplier = await enter('node-supplier', 'ROLE_SUPPLIER');
  const buyer = await enter('node-buyer', 'ROLE_BUYER');
  const attestor = await enter('node-attestor', 'ROLE_ATTESTOR');
  const auditor = await enter('node-auditor', 'ROLE_AUDITOR');
  for (const instrumentId of [HOUR, QUARTER]) {
    const [acceleratorId, zone, deliveryPeriod] = instrumentId.split('-');
    await operator.Admin.createInstrument({ requestId: newId(), acceleratorId, zone, deliveryPeriod, makerFeeBps: 1, takerFeeBps: 2 });
    await operator.Admin.setInstrumentState({ requestId: newId(), instrumentId, state: 'INSTRUMENT_STATE_OPEN' });
  }
  await operator.Admin.recordDeposit({ requestId: newId(), participantId: 'node-buyer', amountMicros: '1000000000000', bankReference: newId() });

  const offered = await supplier.Capacity.offerCapacity({
    requestId: newId(), acceleratorId: 'H200', acceleratorCount: '10000', zone: 'EUWEST', startTime: at('2027-02-01T00:00:00Z'), endTime: at('2027-07-01T00:00:00Z'),
  });
  const contractId = offered.contract.contractId;
  await attestor.Capacity.attestCapacity({ requestId: newId(), contractId, acceleratorCount: '10000', attestedKw: '14000', evidenceSha256: 'e'.repeat(64) });
  for (const instrumentId of [HOUR, QUARTER]) {
    await supplier.Capacity.issueTokens({ requestId: newId(), contractId, instrumentId, quantityKwh: '1000' });
  }

  const books = buyer.MarketData.streamOrderBook({ instrumentIds: [HOUR] });
  const nextOfBook = reader(books);
  const snapshot = (await nextOfBook()).snapshot;
  assert.strictEqual(snapshot.asks.length, 0);

  const order = (instrumentId, side, priceUsdPerGwh, quantityKwh) => ({ clientOrderId: newId(), instrumentId, side, type: 'ORDER_TYPE_LIMIT', priceUsdPerGwh, quantityKwh });
  await supplier.Trading.placeOrder(order(HOUR, 'SIDE_ASK', '2000000', '100'));
  const resting = (await nextOfBook()).delta;
  assert.strictEqual(resting.prevSequence, snapshot.sequence);
  assert.deepStrictEqual(resting.changes, [{ side: 'SIDE_ASK', priceUsdPerGwh: '2000000', quantityKwh: '100' }]);
  const bid = order(HOUR, 'SIDE_BID', '2000000', '60');
  const bought = await buyer.Trading.placeOrder(bid);
  assert.strictEqual(bought.order.status, 'ORDER_STATUS_FILLED');
  assert.deepStrictEqual(await buyer.Trading.placeOrder(bid), bought);
  const traded = (await nextOfBook()).delta;
  assert.strictEqual(traded.trades[0].quantityKwh, '60');
  assert.deepStrictEqual(traded.changes, [{ side: 'SIDE_ASK', priceUsdPerGwh: '2000000', quantityKwh: '40' }]);
  books.cancel();

  await supplier.Trading.placeOrder(order(QUARTER, 'SIDE_ASK', '1900000', '500'));
  const later = await buyer.Trading.placeOrder(order(QUARTER, 'SIDE_BID', '1900000', '500'));
  const tradeId = `${QUARTER}:${later.order.bookSequence}`;
  const nextOfTrade = reader(buyer.Settlement.watchTrade({ tradeId }));
  assert.strictEqual((await nextOfTrade()).trade.state, 'TRADE_STATE_MATCHED');
  const venue = await operator.Catalog.getVenue({});
  await operator.Admin.advanceClock({ requestId: newId(), advanceToTime: { seconds: String(Number(venue.venue.now.seconds) + 900), nanos: venue.venue.now.nanos } });
  let last = null;
  for (let message = await nextOfTrade(); message; message = await nextOfTrade()) last = message.trade.state;
  assert.strictEqual(last, 'TRADE_STATE_SETTLED');

  const { account } = await buyer.Account.getAccount({});
  assert.deepStrictEqual(account.tokens.map((one) => [one.instrumentId, one.availableKwh]).sort(), [[QUARTER, '500'], [HOUR, '60']].sort());
  const totals = await auditor.Audit.getTotals({});
  assert.strictEqual(totals.cash.differenceMicros, '0');
  assert.ok(totals.invariants.every((one) => one.ok));

  const refused = await buyer.Trading.placeOrder(order(HOUR, 'SIDE_ASK', '2000000', '61')).then(() => null, (error) => error);
  assert.strictEqual(refused.code, grpc.status.FAILED_PRECONDITION);
  assert.match(refused.details, /INSUFFICIENT_TOKENS/);
  assert.ok(refused.metadata.get('grpc-status-details-bin').length === 1);
  lines.forEach((one) => Object.values(one).forEach((service) => service.close()));
  console.log('whole way: ok');
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
