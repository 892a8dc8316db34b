/**
 * A page's headings as GitHub links them.
 * @param {string} markdown
 * @returns {Set<string>}
 */
export function anchorsOf(markdown) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  const anchors = new Set();
  for (const [, text = ''] of withoutCode(markdown).matchAll(/^#{1,6} +(.+)$/gm)) {
    const plain = text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const anchor = plain
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-');
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    anchors.add(count === 0 ? anchor : `${anchor}-${count}`);
  }
  return anchors;
}

/**
 * Where a page's links lead within the repository, as they are written.
 * @param {string} markdown
 * @returns {string[]}
 */
export function linksIn(markdown) {
  return [...withoutCode(markdown).matchAll(/\]\((?<target>[^()\s]+)\)/g)]
    .map(({ groups }) => groups?.['target'] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** @param {string} markdown */
function withoutCode(markdown) {
  return markdown
    .replaceAll(/^ *```[^]*?^ *```/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()#]/g, ''));
}

/**
 * Names of metrics and recording rules; one that ends in "_" or "…" stands for all that begin so.
 * @param {string} text
 * @returns {string[]}
 */
export function metricsIn(text) {
  return [...new Set(text.match(/\bbaton(?:_[a-z0-9]+)+_?(?![\w"'-])|(?<!\/)\bbaton:[a-z0-9_:]+/g))];
}

/**
 * Names that look like variables of the environment, in code: those with "_" in them and those that are set.
 * `X_…` and `X_…_Y` stand for all that begin and end so.
 * @param {string} markdown
 * @returns {string[]}
 */
export function variablesIn(markdown) {
  const code = [
    ...[...markdown.matchAll(/^ *```(?:sh|console|bash|dotenv|ini)\n([^]*?)^ *```/gm)].map(
      ([, block = '']) => block,
    ),
    ...[...markdown.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span),
  ].join('\n');
  return [
    ...new Set(
      code.match(
        /(?<![\w$./-])[A-Z][A-Z0-9]*(?:_(?:[A-Z0-9]+|…))+(?![\w(])|(?<![\w$./-]|--build-arg )[A-Z][A-Z0-9]+(?==)/g,
      ),
    ),
  ];
}
