import { describe, expect, it } from 'vitest';
import { DeliveryError, wordsOf } from './delivery-error.ts';

const systemError = (code: unknown, message: string): Error => Object.assign(new Error(message), { code });

describe('the words for a failure', () => {
  it.each([
    ['ECONNREFUSED', 'the connection was refused (ECONNREFUSED)'],
    ['ENETUNREACH', 'the receiver could not be reached (ENETUNREACH)'],
    ['ENOTFOUND', 'the name has no address (ENOTFOUND)'],
    ['HPE_INVALID_CONSTANT', 'what the receiver answered is not HTTP (HPE_INVALID_CONSTANT)'],
    ['CERT_HAS_EXPIRED', 'no TLS connection could be made (CERT_HAS_EXPIRED)'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'no TLS connection could be made (DEPTH_ZERO_SELF_SIGNED_CERT)'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'no TLS connection could be made (UNABLE_TO_VERIFY_LEAF_SIGNATURE)'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'no TLS connection could be made (ERR_TLS_CERT_ALTNAME_INVALID)'],
    ['ERR_SOMETHING_NEW', 'the request could not be made (ERR_SOMETHING_NEW)'],
  ])('%s', (code, words) => {
    expect(wordsOf(systemError(code, 'connect 10.1.2.3:443 - Local (10.0.0.7:51000)'))).toBe(words);
  });

  it('are never those of the system', () => {
    const message = 'connect 10.1.2.3:443, DNS:vault.internal';
    for (const error of [
      new Error(message),
      systemError('connect to 10.1.2.3', message),
      systemError(7, message),
      new AggregateError([new Error(message)], message),
    ]) {
      expect(wordsOf(error)).toBe('the request could not be made');
    }
  });

  it('are ours where we refused', () => {
    expect(wordsOf(new DeliveryError('nothing was sent'))).toBe('nothing was sent');
  });
});
