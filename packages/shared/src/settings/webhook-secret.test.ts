import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { webhookSecrets } from './webhook-secret.ts';

const secretOf = (bytes: number, byte = 9): string => `whsec_${Buffer.alloc(bytes, byte).toString('base64')}`;

function messagesOf(text: string): string[] {
  const { error } = webhookSecrets.safeParse(text);
  return (error?.issues ?? []).map(({ message }) => message);
}

describe('the secrets of webhooks', () => {
  it.each([',', ' ', ', ', '\n', ' ,\t'])('may be several, with %j between them', (separator) => {
    const secrets = [secretOf(32, 1), secretOf(24, 2), secretOf(64, 3)];
    expect(webhookSecrets.parse(secrets.join(separator))).toEqual(secrets);
    expect(webhookSecrets.parse(`${separator}${secrets.join(separator)}${separator}`)).toEqual(secrets);
  });

  it('sign once each', () => {
    expect(webhookSecrets.parse(`${secretOf(32)},${secretOf(32)}`)).toEqual([secretOf(32)]);
  });

  it('are all looked at, and told of by their place', () => {
    expect(messagesOf(`${secretOf(23)} ${secretOf(32)},${secretOf(65)}`)).toEqual([
      expect.stringMatching(/^secret 1 of 3 must hold a key of 24 to 64 bytes, and holds 23\. Make one/),
      expect.stringMatching(/^secret 3 of 3 must hold a key of 24 to 64 bytes, and holds 65\. Make one/),
    ]);
    expect(messagesOf(' , ')).toEqual([expect.stringMatching(/^holds no secret\. Make one/)]);
  });

  it('are never shown, whatever is wrong with them', () => {
    const word = fc.string({
      minLength: 12,
      unit: fc.constantFrom('Q', 'X', 'Z', '7', '8', '9', '~', '=', '/'),
    });
    const secret = fc.tuple(fc.constantFrom('', 'whsec_', 'whsec'), word);
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 4 }), (secrets) => {
        const said = JSON.stringify(
          webhookSecrets.safeParse(secrets.map((parts) => parts.join('')).join(',')).error ?? null,
        );
        return secrets.every(([, key]) => !said.includes(key));
      }),
    );
  });
});
