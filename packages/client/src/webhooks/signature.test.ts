import { describe, expect, it } from 'vitest';
import { isSigned, readKeys } from './signature.ts';

/** Of the libraries' own tests: https://github.com/standard-webhooks/standard-webhooks/tree/main/libraries */
const vector = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: '1614265330',
  body: new TextEncoder().encode('{"test": 2432232314}'),
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const { id, timestamp, body, signature } = vector;

describe('the signature of Standard Webhooks', () => {
  it('is what the project says it is', async () => {
    const keys = readKeys(vector.secret);
    expect(await isSigned({ id, timestamp, signatures: [signature] }, body, keys)).toBe(true);
    const unbranded = readKeys(vector.secret.slice('whsec_'.length));
    expect(await isSigned({ id, timestamp, signatures: [signature] }, body, unbranded)).toBe(true);
  });

  it('is no other by a single bit', async () => {
    const keys = readKeys(vector.secret);
    for (let at = 0; at < signature.length; at += 1) {
      const code = signature.charCodeAt(at) ^ 1;
      const other = signature.slice(0, at) + String.fromCharCode(code) + signature.slice(at + 1);
      expect(await isSigned({ id, timestamp, signatures: [other] }, body, keys)).toBe(false);
    }
    expect(await isSigned({ id, timestamp, signatures: [] }, body, keys)).toBe(false);
  });
});
