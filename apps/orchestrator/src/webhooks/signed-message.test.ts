import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { signMessage } from './signed-message.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const older = `whsec_${Buffer.alloc(24, 8).toString('base64')}`;
const claimed = { goalId: 'goal_1', run: 2 };
const message = {
  type: 'goal.succeeded' as const,
  status: 'succeeded' as const,
  at: Date.parse('2026-01-02T03:04:05.678Z'),
  url: 'https://example.com/hook',
  attempts: 0,
  elapsedMs: 0,
};

describe('a message to a webhook', () => {
  it('is one that the standard library verifies, and says little', () => {
    const { body, headers } = signMessage(claimed, message, Date.now(), [secret]);
    expect(new Webhook(secret).verify(body, headers)).toEqual({
      type: 'goal.succeeded',
      timestamp: '2026-01-02T03:04:05.678Z',
      data: {
        id: 'goal_1',
        status: 'succeeded',
        links: { self: '/v1/goals/goal_1', events: '/v1/goals/goal_1/events' },
      },
    });
    expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow(/signature/);
  });

  it('has the same id and body at every attempt, and the time of that attempt', () => {
    const first = signMessage(claimed, message, 1_000_000_000_000, [secret]);
    const second = signMessage(claimed, { ...message, attempts: 1 }, 1_000_000_005_900, [secret]);
    expect(second.body).toBe(first.body);
    expect([first, second].map(({ headers }) => headers['webhook-id'])).toEqual([
      'msg_goal_1_2',
      'msg_goal_1_2',
    ]);
    expect(second.headers['webhook-timestamp']).toBe('1000000005');
    expect(second.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);
  });

  it('is one that whoever knows one of the secrets verifies', () => {
    const now = Date.now();
    const { body, headers } = signMessage(claimed, message, now, [secret, older]);
    expect(headers['webhook-signature']).toMatch(/^v1,[A-Za-z0-9+/]{43}= v1,[A-Za-z0-9+/]{43}=$/);
    for (const known of [secret, older]) expect(() => new Webhook(known).verify(body, headers)).not.toThrow();
    const alone = signMessage(claimed, message, now, [secret]).headers['webhook-signature'];
    expect(headers['webhook-signature']?.split(' ')[0]).toBe(alone);
    const other = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
    expect(() => new Webhook(other).verify(body, headers)).toThrow(/signature/);
  });

  it('is not signed without a secret', () => {
    expect(signMessage(claimed, message, 0, []).headers).not.toHaveProperty('webhook-signature');
  });
});
