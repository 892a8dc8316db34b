import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { baton, fakeInput, givenFile } from '../testing/baton-command.ts';
import { T0 } from '../testing/sample-goal.ts';

const KEY = Buffer.from('a very secret key of some length');
const SECRET = `whsec_${KEY.toString('base64')}`;
const SENT = Math.floor(T0 / 1_000);
const BODY = JSON.stringify({
  type: 'goal.succeeded',
  timestamp: '2026-07-01T10:00:00.000Z',
  data: {
    id: 'goal_1',
    status: 'succeeded',
    links: { self: '/v1/goals/goal_1', events: '/v1/goals/goal_1/events' },
  },
});

function signed(body: string, key: Buffer = KEY): string {
  return `v1,${createHmac('sha256', key).update(`msg_1.${SENT}.${body}`).digest('base64')}`;
}

function verify(signature: string, ...flags: string[]): string[] {
  return [
    'webhooks',
    'verify',
    '--id',
    'msg_1',
    '--timestamp',
    String(SENT),
    '--signature',
    signature,
    ...flags,
  ];
}

const environment = { WEBHOOK_SECRET: SECRET };

describe('baton webhooks verify', () => {
  it('takes the body from the command line, a file or stdin, and the secret from either place', async () => {
    const file = await givenFile('message.json', BODY);
    const valid = { exitCode: 0, stdout: 'The signature is valid.\n', stderr: '' };
    expect(await baton(verify(signed(BODY), '--body', BODY), { environment })).toEqual(valid);
    expect(await baton(verify(signed(BODY), '--body', `@${file}`), { environment })).toEqual(valid);
    expect(await baton(verify(signed(BODY)), { environment, stdin: fakeInput(BODY) })).toEqual(valid);
    expect(await baton(verify(signed(BODY), '--body', BODY, '--secret', SECRET))).toEqual(valid);
  });

  it('exits with 4 and the reason when it was not signed so, and never shows the secret', async () => {
    for (const args of [
      verify(signed(BODY), '--body', `${BODY} `),
      verify(signed(BODY, Buffer.from('another key')), '--body', BODY),
    ]) {
      const { exitCode, stdout, stderr } = await baton(args, { environment });
      expect([exitCode, stdout]).toEqual([4, '']);
      expect(stderr).toMatch(/^The message is not valid: No signature of the message matches/);
      expect(stderr).not.toContain(KEY.toString('base64'));
    }
    const { exitCode, stdout } = await baton(verify('v1,AAAA', '--body', BODY, '-o', 'json'), {
      environment,
    });
    expect(exitCode).toBe(4);
    expect(JSON.parse(stdout)).toEqual({ valid: false, reason: expect.stringContaining('No signature') });
  });

  it('refuses a message of long ago, unless it is told how long', async () => {
    const given = { environment, now: () => T0 + 3_600_000 };
    const args = verify(signed(BODY), '--body', BODY);
    expect(await baton(args, given)).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('was sent 3600 s ago'),
    });
    expect(await baton([...args, '--tolerance', '4000'], given)).toMatchObject({ exitCode: 0 });
  });

  it('exits with 2 without a secret, or with one that is none', async () => {
    const args = verify(signed(BODY), '--body', BODY);
    expect(await baton(args)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('WEBHOOK_SECRET'),
    });
    const { exitCode, stderr } = await baton([...args, '--secret', 'whsec_not*base64']);
    expect(exitCode).toBe(2);
    expect(stderr).not.toContain('not*base64');
  });
});
