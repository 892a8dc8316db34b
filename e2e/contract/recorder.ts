import type { Send } from '../api.ts';

export interface Exchange {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  /** Without parameters; '' where there is none. */
  readonly contentType: string;
  readonly body: string;
}

export interface Recorder {
  /** Wraps something that fetches: what passes through it is kept. */
  wrap(send: Send): Send;
  /** All exchanges whose bodies have ended, in the order of the replies, since the last call; waits for those that go on. */
  take(): Promise<Exchange[]>;
}

/** A body that was not read to its end tells nothing. */
async function bodyOf(response: Response): Promise<string | null> {
  try {
    return await response.text();
  } catch {
    return null;
  }
}

async function exchangeOf(method: string, url: string, response: Response): Promise<Exchange | null> {
  const body = await bodyOf(response);
  if (body === null) return null;
  return {
    method,
    path: new URL(url).pathname,
    status: response.status,
    headers: response.headers,
    contentType: response.headers.get('content-type')?.split(';')[0] ?? '',
    body,
  };
}

export function recorder(): Recorder {
  let recorded: Promise<Exchange | null>[] = [];
  return {
    wrap: (send) => async (url, init) => {
      const response = await send(url, init);
      recorded.push(exchangeOf(init?.method ?? 'GET', url, response.clone()));
      return response;
    },
    async take() {
      const taken = recorded;
      recorded = [];
      return (await Promise.all(taken)).filter((exchange) => exchange !== null);
    },
  };
}
