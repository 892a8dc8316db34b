/** Of every address the part that holds no secret: no user, password, path or query. */
export function withoutSecretsOfUrls(text: string): string {
  return text.replaceAll(
    /\b([a-z][a-z0-9+.-]{0,30}:\/\/)([^\s"'<>]*)/gi,
    (_address, scheme: string, rest: string) => {
      const authority = /^[^/?#]*/.exec(rest)?.[0] ?? '';
      return scheme + authority.slice(authority.lastIndexOf('@') + 1);
    },
  );
}

/** At most `most` characters. */
export function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
