// A webhook receiver as one writes it by hand: prove the signature, insert the body, publish it, wait for the broker's
// confirmation, answer. The same fan-out to four durable quorum queues that Ingress publishes to.
import { createHmac, timingSafeEqual } from 'node:crypto';
import amqp from 'amqplib';
import express from 'express';
import pg from 'pg';

const { PORT, SECRET, AMQP_URL } = process.env; // The database comes in PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE.
const exchange = 'inbound-sms';

const database = new pg.Pool({ max: 64 });
await database.query(
  'create table if not exists sms (id bigint generated always as identity primary key, body jsonb not null, received_at timestamptz not null default now())');

const channel = await (await amqp.connect(AMQP_URL)).createConfirmChannel();
await channel.assertExchange(exchange, 'fanout', { durable: true });
for (const queue of ['contacts', 'helpdesk', 'optout', 'autoreply']) {
  await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.bindQueue(queue, exchange, '');
}

const publish = body => new Promise((confirmed, refused) =>
  channel.publish(exchange, '', body, { persistent: true, contentType: 'application/json' }, error => error ? refused(error) : confirmed()));

const isGenuine = (body, header = '') => {
  const expected = Buffer.from('sha256=' + createHmac('sha256', SECRET).update(body).digest('hex'));
  const given = Buffer.from(header);
  return given.length === expected.length && timingSafeEqual(given, expected);
};

const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.post('/hooks/sms', express.raw({ type: '*/*' }), async (request, response) => {
  if (!isGenuine(request.body, request.get('x-mac-signature')))
    return response.sendStatus(401);
  await database.query({ name: 'insert', text: 'insert into sms (body) values ($1)', values: [request.body.toString()] });
  await publish(request.body);
  response.json({ ok: true });
});
app.listen(Number(PORT), '127.0.0.1');
