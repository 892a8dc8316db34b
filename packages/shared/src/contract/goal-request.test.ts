import { describe, expect, it } from 'vitest';
import { goalRequestSchema } from './goal-request.ts';

function refusal(deadline: unknown): string[] {
  const { error } = goalRequestSchema.safeParse({ goal: 'x', options: { deadline } });
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
}

describe('the deadline of a goal', () => {
  it.each(['1s', '90s', '10m', '30d', '720h'])('may be %s', (deadline) => {
    const { options } = goalRequestSchema.parse({ goal: 'x', options: { deadline } });
    expect(options.deadline).toBe(deadline);
  });

  it('may be left to the server', () => {
    expect(goalRequestSchema.parse({ goal: 'x' }).options.deadline).toBeUndefined();
  });

  it.each(['ten minutes', '10', '', '-1s', '1.5h'])('is refused as "%s", with examples', (deadline) => {
    expect(refusal(deadline)).toContain(
      'options.deadline: must be a whole number and a unit, such as 90s, 10m, 2h or 7d',
    );
  });

  it.each(['31d', '721h', '999999999999d'])('is refused as %s, with the most that it may be', (deadline) => {
    expect(refusal(deadline)).toEqual(['options.deadline: must be at most 30d']);
  });

  it.each(['0s', '999ms'])('is refused as %s, with the least that it must be', (deadline) => {
    expect(refusal(deadline)).toEqual(['options.deadline: must be at least 1s']);
  });

  it.each([600, null, {}])('is refused as %j, with the form', (deadline) => {
    expect(refusal(deadline)).toEqual(['options.deadline: must be a duration such as "10m"']);
  });
});
