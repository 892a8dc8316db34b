export type Environment = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** The text with each `${NAME}` replaced by that variable; `missing` has the names of those that are not set. */
export function withVariables(text: string, environment: Environment): { text: string; missing: string[] } {
  const missing: string[] = [];
  const filled = text.replaceAll(REFERENCE, (_reference, name: string) => {
    const value = environment[name];
    if (value === undefined || value === '') missing.push(name);
    return value ?? '';
  });
  return { text: filled, missing };
}

/** Shorter ones could be any word. */
const SHORTEST_SECRET = 6;

/** The text without what it has of the secrets. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .reduce((left, secret) => left.replaceAll(secret, '…'), text);
}
