/** Why an attempt failed, in words that the goal's tenant may read. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'the connection could not be made in time',
  EHOSTUNREACH: 'the receiver could not be reached',
  ENETUNREACH: 'the receiver could not be reached',
  EADDRNOTAVAIL: 'the receiver could not be reached',
  ENOTFOUND: 'the name has no address',
  ENODATA: 'the name has no address',
};

const families: readonly (readonly [RegExp, string])[] = [
  [/^HPE_/, 'what the receiver answered is not HTTP'],
  [/CERT|^ERR_(TLS|SSL)_|^EPROTO$|ISSUER|VERIFY/, 'no TLS connection could be made'],
];

function reasonOf(code: string): string {
  return (
    reasons[code] ?? families.find(([pattern]) => pattern.test(code))?.[1] ?? 'the request could not be made'
  );
}

/**
 * What a failure's record says of it: a sentence of ours and the failure's code. The system's own messages name addresses, ours
 * and those that a name led to, and what a certificate says.
 */
export function wordsOf(error: unknown): string {
  if (error instanceof DeliveryError) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string' || !/^[A-Z0-9_]{1,60}$/.test(code)) return reasonOf('');
  return `${reasonOf(code)} (${code})`;
}
