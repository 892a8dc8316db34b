import { isRequest } from './cases/fuzz-case.ts';
import type { FuzzCase } from './cases/schedule.ts';
import { bytesOf, HOST } from './wire/http-request.ts';

const SHOWN = 6_000;

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The request as a command for a shell; of large ones and of those with pauses what remains of them without. */
export function reproductionOf({ send, index }: FuzzCase, seed: number, port: number): string {
  const again = `npm run test:fuzz -- --seed ${seed} --only ${index}`;
  const bytes = isRequest(send)
    ? bytesOf(send)
    : Buffer.concat(send.steps.filter((step) => Buffer.isBuffer(step)));
  if (bytes.length > SHOWN) return again;
  const text = bytes.toString('latin1');
  // oxlint-disable-next-line no-control-regex
  if (isRequest(send) && /^[\t\r\n\x20-\x7e]*$/.test(text) && send.framing === 'length') {
    const headers = send.headers.map(([name, value]) => ` -H ${quoted(`${name}: ${value}`)}`).join('');
    const body = send.body ? ` --data-binary ${quoted(send.body.toString())}` : '';
    return `${again}\n      curl -i -X ${quoted(send.method)} --path-as-is${headers}${body} ${quoted(`http://${HOST}:${port}${send.path}`)}`;
  }
  return `${again}\n      printf %s ${bytes.toString('base64')} | base64 -d | nc ${HOST} ${port}`;
}
