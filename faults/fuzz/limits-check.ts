/** The API with small limits: each limit holds exactly, says when to come again, and leaves nothing behind. */
import { Api } from '../../e2e/api.ts';
import { readEventStream } from '../../e2e/events.ts';
import { until } from '../../e2e/until.ts';
import { task } from './cases/bodies.ts';
import type { Failures } from './failures.ts';
import { GOAL_ID } from './residue.ts';
import { limits, type Stack } from './stack.ts';
import { HOST } from './wire/http-request.ts';

const MINUTE = 60;

interface Answer {
  readonly status: number;
  /** Of a problem, without its namespace. */
  readonly type: string;
  readonly retryAfter: number;
  readonly text: string;
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const [, type = ''] = /"urn:baton:problem:(\w+)"/.exec(text) ?? [];
  return { status: response.status, type, retryAfter: Number(response.headers.get('retry-after')), text };
}

function goalOf(name: string): object {
  return { goal: `Of a tenant with limits: ${name}.`, plan: { tasks: [task('only')] } };
}

type Say = (what: string, fault: string) => void;

function expectRefusal({ status, type, retryAfter, text }: Answer, wanted: string, say: Say): void {
  if (status !== 429 || type !== wanted) say(wanted, `was answered ${status} ${text.slice(0, 200)}`);
  else if (!(retryAfter >= 1 && retryAfter <= MINUTE)) say(wanted, `Retry-After: ${retryAfter}`);
}

/** Requests that are sent at once: a Redis that is slow to count makes them pass, and more say nothing then. */
const WAVE = 10;
const MOST_WAVES = 60;

/** No more than a key may send in a minute is taken, of whatever kind it is. What Redis did not count in time passes. */
async function checkRate(api: Api, say: Say): Promise<void> {
  const paths = ['/v1/recipes', '/v1/goals?limit=0', '/v1/nothing', '/v1/goals/goal_0'];
  let taken = 0;
  const refused: Answer[] = [];
  for (let wave = 0; wave < MOST_WAVES && refused.length < 2 * WAVE; wave += 1) {
    const sent = Array.from({ length: WAVE }, async (_, index) => {
      const response = await api.fetch('GET', paths[index % paths.length] ?? '');
      const isCounted = response.headers.has('ratelimit');
      const answer = await answerOf(response);
      if (answer.status === 429) refused.push(answer);
      else if (isCounted) taken += 1;
    });
    await Promise.all(sent);
  }
  if (refused.length === 0) say('rate_limited', `${taken} requests were counted, and none was refused`);
  if (taken > limits.requests)
    say('rate_limited', `${taken} requests were taken, where ${limits.requests} may be`);
  for (const answer of refused) expectRefusal(answer, 'rate_limited', say);
}

/** As many goals as a tenant may have open are taken; a key that is known goes on to be answered. */
async function checkGoals(api: Api, say: Say): Promise<string[]> {
  const headers = { 'idempotency-key': 'of a tenant with limits' };
  const made: string[] = [];
  const submit = async (name: string, more = {}): Promise<Answer> =>
    answerOf(await api.fetch('POST', '/v1/goals', { body: goalOf(name), ...more }));
  const note = ({ text }: Answer): void => void made.push(...(text.match(GOAL_ID) ?? []).slice(0, 1));
  for (const answer of [await submit('first', { headers }), await submit('second')]) {
    if (answer.status === 202) note(answer);
    else say('goals of a tenant', `one that it may have was answered ${answer.status}`);
  }
  expectRefusal(await submit('third'), 'too_many_goals', say);
  const again = await submit('first', { headers });
  if (again.status !== 200) say('goals of a tenant', `a known key was answered ${again.status}`);
  const batch = await answerOf(
    await api.fetch('POST', '/v1/goals/batch', { body: Array.from({ length: 5 }, () => goalOf('fourth')) }),
  );
  const refused = batch.text.match(/"status":429/g)?.length ?? 0;
  // Each item has its status, and its problem has it again.
  if (batch.status !== 207 || refused !== 10)
    say('goals of a tenant', `a batch was answered ${batch.text.slice(0, 200)}`);
  await api.fetch('POST', `/v1/goals/${made[0]}/cancel`);
  const next = await submit('fifth');
  if (next.status === 202) note(next);
  else say('goals of a tenant', `when one had ended, the next was answered ${next.status}`);
  return made;
}

/** As many streams as a key may have open, and one more when one of them has gone. */
async function checkStreams(api: Api, say: Say): Promise<string[]> {
  const { id } = await api.submit(goalOf('followed'));
  const path = `/v1/goals/${id}/events`;
  const open = async (): Promise<Response> =>
    api.fetch('GET', path, { headers: { accept: 'text/event-stream' } });
  const streams = [];
  for (let count = 0; count < limits.streams; count += 1) streams.push(await open());
  if (streams.some(({ status }) => status !== 200))
    say('streams of a key', 'one that it may have was refused');
  expectRefusal(await answerOf(await open()), 'too_many_streams', say);
  const waited = await answerOf(
    await api.fetch('POST', '/v1/goals', { body: goalOf('waited for'), headers: { prefer: 'wait=5' } }),
  );
  if (waited.status !== 202) say('streams of a key', `a wait that has no room was answered ${waited.status}`);
  await streams.shift()?.body?.cancel();
  const freed = await until('a stream is free', async () => {
    const response = await open();
    if (response.status === 200) return response;
    await response.body?.cancel();
    return null;
  }).catch(() => null);
  if (freed === null) say('streams of a key', 'the place of one that has gone is not free');
  const [first] = streams;
  if (first) for await (const { event } of readEventStream(first)) if (event === 'goal.accepted') break;
  for (const stream of [...streams, freed]) await stream?.body?.cancel().catch(() => undefined);
  return [id, ...(waited.text.match(GOAL_ID) ?? []).slice(0, 1)];
}

/** Keys of the API with limits that neither a goal nor a count explains, and counts that stay. */
async function unexplained(
  { redis, limitedPrefix, limitedKeys }: Stack,
  made: readonly string[],
): Promise<string[]> {
  const left: string[] = [];
  for await (const page of redis.scanStream({ match: `{${limitedPrefix}}*`, count: 1_000 })) {
    for (const key of page as string[]) {
      const name = key.slice(limitedPrefix.length + 3);
      if (limitedKeys.some((secret) => key.includes(secret))) left.push(`${key} tells an API key`);
      if (name.startsWith('rate:')) {
        const ttl = await redis.pttl(key);
        if (ttl === -1 || ttl > MINUTE * 1_000) left.push(`${key} stays for ${ttl} ms`);
      } else if (name.startsWith('idempotency:')) {
        if (!made.includes(String(await redis.hget(key, 'goal')))) left.push(key);
      } else if (name.startsWith('goal:') && !made.some((id) => name.includes(id))) left.push(key);
    }
  }
  return left;
}

export async function checkLimits(stack: Stack, failures: Failures): Promise<void> {
  const say: Say = (what, fault) =>
    failures.add({ family: 'limits', what, fault, reproduction: 'run the seed again' });
  const open = new Api(`http://${HOST}:${stack.ports.limited}`);
  const [rate, goals, streams] = stack.limitedKeys.slice(1).map((key) => open.withKey(key));
  if (!rate || !goals || !streams) throw new Error('The API with limits has too few keys.');
  await checkRate(rate, say);
  const made = [...(await checkGoals(goals, say)), ...(await checkStreams(streams, say))];
  for (const fault of await unexplained(stack, made)) say('left in Redis', fault);
}
