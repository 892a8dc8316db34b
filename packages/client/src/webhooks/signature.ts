const PREFIX = 'whsec_';
const VERSION = 'v1,';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function keyBytes(secret: string, which: string): Uint8Array<ArrayBuffer> {
  const base64 = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  let binary: string;
  try {
    binary = atob(base64);
  } catch {
    // The cause would show the secret.
    throw new TypeError(`${which} is not base64 (after "${PREFIX}").`);
  }
  if (binary === '') throw new TypeError(`${which} is empty.`);
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/**
 * The keys of secrets as WEBHOOK_SECRET holds them: with or without `whsec_`, and several in one text with commas or blanks
 * between them. Throws a TypeError that shows none.
 */
export function readKeys(secret: string | readonly string[]): Uint8Array<ArrayBuffer>[] {
  const given: readonly unknown[] =
    typeof secret === 'string' ? [secret] : Array.isArray(secret) ? secret : [];
  const secrets = given.flatMap((text) => (typeof text === 'string' ? text.split(/[\s,]+/) : []));
  const present = secrets.filter((text) => text !== '');
  if (present.length === 0 || given.some((text) => typeof text !== 'string')) {
    throw new TypeError('secret is not set: give the text of WEBHOOK_SECRET, or a list of secrets.');
  }
  return present.map((text, index) =>
    keyBytes(text, present.length === 1 ? 'The secret' : `Secret ${index + 1}`),
  );
}

async function signatureOf(key: Uint8Array<ArrayBuffer>, signed: Uint8Array<ArrayBuffer>): Promise<string> {
  const { subtle } = globalThis.crypto;
  const hmac = await subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const bytes = new Uint8Array(await subtle.sign('HMAC', hmac, signed));
  return VERSION + btoa(String.fromCharCode(...bytes));
}

/** Takes as long for what is almost right as for what is all wrong: whoever measures it learns nothing of `right`. */
function isSame(given: string, right: string): boolean {
  if (given.length !== right.length) return false;
  let difference = 0;
  for (let at = 0; at < right.length; at += 1) difference |= given.charCodeAt(at) ^ right.charCodeAt(at);
  return difference === 0;
}

/** True when one of the signatures (`v1,` and base64) is one of the keys' of this message. Every pair is compared. */
export async function isSigned(
  { id, timestamp, signatures }: { id: string; timestamp: string; signatures: readonly string[] },
  body: Uint8Array,
  keys: readonly Uint8Array<ArrayBuffer>[],
): Promise<boolean> {
  const head = bytesOf(`${id}.${timestamp}.`);
  const signed = new Uint8Array(head.length + body.length);
  signed.set(head);
  signed.set(body, head.length);
  const right = await Promise.all(keys.map((key) => signatureOf(key, signed)));
  const matches = signatures.flatMap((given) => right.filter((signature) => isSame(given, signature)));
  return matches.length > 0;
}
