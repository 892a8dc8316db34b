const FOREIGN_HEADERS = 'ANTHROPIC_CUSTOM_HEADERS';

/** The SDKs would send the headers in this variable, which may hold a secret, to any endpoint: they don't get to see it. */
export function withoutForeignHeaders<T>(create: () => T): T {
  const foreign = process.env[FOREIGN_HEADERS];
  delete process.env[FOREIGN_HEADERS];
  try {
    return create();
  } finally {
    if (foreign !== undefined) process.env[FOREIGN_HEADERS] = foreign;
  }
}
