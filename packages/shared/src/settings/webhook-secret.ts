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

/** The key that signs webhooks, as Standard Webhooks writes it. */
export const webhookSecret = z.string().superRefine((text, context) => {
  const fault = faultOf(text);
  if (fault !== null) context.addIssue({ code: 'custom', message: `${fault}. ${MAKE_ONE}` });
});
