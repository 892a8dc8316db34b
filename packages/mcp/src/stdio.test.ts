import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { serveStdio } from './stdio.ts';
import { FakeBaton } from './testing/fake-baton.ts';
import { openGoal } from './testing/sample-goal.ts';
import { stdioSession } from './testing/stdio-client.ts';

it('ends when its client closes the pipe, and its waits with it', async () => {
  const baton = new FakeBaton();
  baton.known.set('goal_1', openGoal('goal_1'));
  const { client, hangUp, served } = await stdioSession(baton);
  const waiting = client.callTool({ name: 'get_goal', arguments: { id: 'goal_1', wait_seconds: 600 } });
  const given = expect(waiting).rejects.toThrow();
  await baton.stream.isAwaited();
  hangUp();
  await served;
  await baton.stream.isLeft;
  await client.close();
  await given;
});

it('ends when it is told to, though its client stays', async () => {
  const { stop, served } = await stdioSession(new FakeBaton());
  stop();
  await served;
});

it('answers what is no protocol on stderr, and goes on', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const log: string[] = [];
  const stopping = new AbortController();
  const served = serveStdio({
    baton: new FakeBaton(),
    log: (line) => void log.push(line),
    stop: stopping.signal,
    input,
    output,
  });
  input.write('hello?\n{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n');
  const [line = ''] = await output.setEncoding('utf8').take(1).toArray();
  expect(JSON.parse(String(line))).toMatchObject({ id: 1 });
  stopping.abort();
  await served;
});
