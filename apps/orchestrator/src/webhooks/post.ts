import type { LookupAddress } from 'node:dns';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { TcpNetConnectOpts } from 'node:net';
import { DeliveryError } from './delivery-error.ts';

/** Of an answer's body so many bytes are taken, and thrown away; the rest is not waited for. */
const MOST_BODY = 64 * 1_024;

/** A connection to one address may take so long before the next address is tried, in ms; Node's own 250 are too few for the other side of the world. */
const CONNECTION_TIME = 2_500;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
}

type Lookup = NonNullable<RequestOptions['lookup']>;

/** Answers every question with the addresses that were checked. */
function pinnedTo(addresses: readonly LookupAddress[]): Lookup {
  return (_host, { all }, callback) => {
    const [first] = addresses;
    if (all) callback(null, [...addresses]);
    else if (first) callback(null, first.address, first.family);
    else callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '');
  };
}

function drain(response: IncomingMessage): void {
  let taken = 0;
  response.on('error', () => undefined);
  response.on('data', (chunk: Buffer) => {
    taken += chunk.length;
    if (taken > MOST_BODY) response.destroy();
  });
}

/**
 * One POST on a connection of its own to one of these addresses, under the name that the URL has: no redirect is followed,
 * no proxy is asked. Resolves once the answer is over or enough of it was seen; rejects when there was none.
 */
export function post(
  url: URL,
  addresses: readonly LookupAddress[],
  { headers, body }: { headers: Readonly<Record<string, string>>; body: string },
  signal: AbortSignal,
): Promise<Answer> {
  const options: RequestOptions & Pick<TcpNetConnectOpts, 'autoSelectFamilyAttemptTimeout'> = {
    method: 'POST',
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    agent: false,
    lookup: pinnedTo(addresses),
    autoSelectFamilyAttemptTimeout: CONNECTION_TIME,
    signal,
  };
  return new Promise((resolve, reject) => {
    let answer: Answer | null = null;
    const sending = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options);
    sending.on('response', (response) => {
      answer = { status: response.statusCode ?? 0, headers: new Headers(retryHeaders(response)) };
      drain(response);
    });
    sending.on('error', (error) => {
      if (answer === null) reject(error);
    });
    sending.on('close', () => {
      if (answer === null) reject(new DeliveryError('the connection was closed without an answer'));
      else resolve(answer);
    });
    sending.end(body);
  });
}

function retryHeaders({ headers }: IncomingMessage): Record<string, string> {
  const asked = headers['retry-after'];
  return asked === undefined ? {} : { 'retry-after': asked };
}
