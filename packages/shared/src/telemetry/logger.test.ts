import { describe, expect, it } from 'vitest';
import { createLogger, type Logger } from './logger.ts';

const CANARY = 'canary-7f3a';

function written(log: (logger: Logger) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  log(createLogger('test', 'trace', { write: (line) => lines.push(line) }));
  for (const line of lines) expect(line).not.toContain(CANARY);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a log line', () => {
  it('holds the fields that are known, and says how many it left out', () => {
    const [line] = written((logger) =>
      logger.info(
        { goalId: 'goal_1', rev: 2, workerTypes: { writer: 8 }, goal: CANARY, headers: { a: CANARY } },
        'planned',
      ),
    );
    expect(line).toMatchObject({
      level: 30,
      name: 'test',
      goalId: 'goal_1',
      rev: 2,
      msg: 'planned',
      withheld: 2,
    });
    expect(line).toMatchObject({ workerTypes: { writer: 8 } });
  });

  it('holds no value that is not of its kind', () => {
    const [line] = written((logger) =>
      logger.info(
        {
          goalId: `goal ${CANARY}`,
          rev: CANARY,
          reason: { text: CANARY },
          workerTypes: { [`a ${CANARY}`]: 1 },
        },
        'odd',
      ),
    );
    expect(line).toMatchObject({ msg: 'odd', withheld: 4 });
  });

  it('holds what a child logger was given only when that is known', () => {
    const [line] = written((logger) =>
      logger.child({ taskId: 'a', prompt: CANARY }).child({ key: CANARY }, { level: 'info' }).warn('x'),
    );
    expect(line).toMatchObject({ taskId: 'a', withheld: 2 });
  });

  it('has no values in its message', () => {
    const [line] = written((logger) => logger.info('%s was 50 %% done: %o', CANARY, { CANARY }));
    expect(line).toMatchObject({ msg: '%s was 50 %% done: %o' });
  });

  it('is bounded, and shows of an address no more than its host', () => {
    const [line] = written((logger) =>
      logger.info(
        { reason: 'x'.repeat(10_000) },
        `asked https://me:${CANARY}@host.example:8/${CANARY}?${CANARY}`,
      ),
    );
    expect(line?.['msg']).toBe('asked https://host.example:8');
    expect(String(line?.['reason'])).toHaveLength(500);
  });

  it.each([
    ['alone', (logger: Logger, error: Error) => logger.error(error)],
    ['with words', (logger: Logger, error: Error) => logger.error(error, 'failed')],
    ['as err', (logger: Logger, error: Error) => logger.error({ err: error })],
    ['under another name', (logger: Logger, error: Error) => logger.error({ cause: error, error })],
    ['of a child', (logger: Logger, error: Error) => logger.child({ err: error }).error('failed')],
  ])('never holds the message of an error: %s', (_how, log) => {
    const error = Object.assign(new Error(CANARY), { request: { body: CANARY }, code: CANARY.repeat(9) });
    expect(written((logger) => log(logger, error))).toHaveLength(1);
  });
});
