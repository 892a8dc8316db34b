import { z } from 'zod';

const PREFIX = 'whsec_';
/** Bytes of the key, as https://www.standardwebhooks.com asks for them. */
const SHORTEST = 24;
const LONGEST = 64;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const MAKE_ONE = 'Make one with  echo "whsec_$(openssl rand -base64 32)"';

/** What is wrong with a secret, without a word of it; or null. */
function faultOf(text: string): string | null {
  if (!text.startsWith(PREFIX)) return `must begin with ${PREFIX}`;
  const key = text.slice(PREFIX.length);
  if (!BASE64.test(key)) return `must go on in base64 after ${PREFIX}, with its padding`;
  const bytes = Buffer.from(key, 'base64').length;
  if (bytes >= SHORTEST && bytes <= LONGEST) return null;
  return `must hold a key of ${SHORTEST} to ${LONGEST} bytes, and holds ${bytes}`;
}

/**
 * The keys that sign webhooks, as Standard Webhooks writes them, with commas or blanks between them: the newest first, and
 * after it those that receivers may still know. No message shows a word of any.
 */
export const webhookSecrets = z.string().transform((text, context): readonly string[] => {
  const secrets = [...new Set(text.split(/[\s,]+/).filter((secret) => secret !== ''))];
  const refuse = (fault: string): void => {
    context.issues.push({ code: 'custom', input: '', message: `${fault}. ${MAKE_ONE}` });
  };
  if (secrets.length === 0) refuse('holds no secret');
  for (const [index, secret] of secrets.entries()) {
    const fault = faultOf(secret);
    if (fault !== null)
      refuse(secrets.length === 1 ? fault : `secret ${index + 1} of ${secrets.length} ${fault}`);
  }
  return secrets;
});
