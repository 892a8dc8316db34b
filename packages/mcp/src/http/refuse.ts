import type { ServerResponse } from 'node:http';

/** As the protocol has it: an error without a request. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  const headers: Record<string, string> = { 'content-type': 'application/json', connection: 'close' };
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="baton"';
  if (status === 503) headers['retry-after'] = '1';
  response.writeHead(status, headers);
  response.end(JSON.stringify({ jsonrpc: '2.0', error: { code: -32_000, message }, id: null }));
}
