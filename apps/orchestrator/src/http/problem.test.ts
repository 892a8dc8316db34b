import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, test, onTestFinished, vi } from 'vitest';
import { StorageFullError } from '@baton/shared/redis/admission';
import { NotDurableError } from '@baton/shared/redis/durability';
import { createLogger } from '@baton/shared/telemetry/logger';
import { ProblemError, problemHandler } from './problem.ts';

interface Answer {
  readonly status: number | undefined;
  readonly retryAfter: string | undefined;
  readonly body: { type: string; detail: string };
}

/** What a client is told when a route throws `error`. */
async function answerTo(error: Error, logger = createLogger('test', 'silent')): Promise<Answer> {
  const app = express();
  app.get('/', () => {
    throw error;
  });
  app.use(problemHandler(logger));
  const server = app.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => {
        const { 'retry-after': retryAfter } = response.headers;
        resolve({
          status: response.statusCode,
          retryAfter,
          body: JSON.parse(text) as Answer['body'],
        });
      });
    })
      .on('error', reject)
      .end();
  });
}

const replyError = (message: string): Error => Object.assign(new Error(message), { name: 'ReplyError' });

test.for<[string, Error, string, RegExp]>([
  [
    'is nearly full',
    new StorageFullError('Redis holds 71 % of its maxmemory'),
    'storage_full',
    /^Redis holds 71 %/,
  ],
  [
    'is full',
    replyError("OOM command not allowed when used memory > 'maxmemory'."),
    'storage_full',
    /no memory left/,
  ],
  [
    'is full, in the words of Redis 6',
    replyError('ERR Error running script (call to f_1): @user_script:1: -OOM command not allowed'),
    'storage_full',
    /no memory left/,
  ],
  [
    'does not confirm',
    new NotDurableError('no replica has confirmed it'),
    'unavailable',
    /not accepted: no replica/,
  ],
  ['is away', new Error('Connection is closed.'), 'unavailable', /Redis does not answer/],
])('a Redis that %s makes a request one for later', async ([, error, type, detail]) => {
  const { status, retryAfter, body } = await answerTo(error);
  expect({ status, type: body.type }).toEqual({ status: 503, type: `urn:baton:problem:${type}` });
  expect(body.detail).toMatch(detail);
  expect(retryAfter).toMatch(/^\d+$/);
});

test.for<[Error, string]>([
  [new ProblemError('unavailable', 'waits for Redis'), 'unavailable'],
  [new NotDurableError('No replica is connected'), 'No replica is connected'],
])('the log says why a request is refused for now: %s', async ([error, reason]) => {
  const logger = createLogger('test', 'silent');
  const warn = vi.spyOn(logger, 'warn');
  await answerTo(error, logger);
  expect(warn).toHaveBeenCalledExactlyOnceWith({ reason }, 'request refused for now');
});
