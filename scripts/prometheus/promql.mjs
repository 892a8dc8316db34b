import { parser } from '@prometheus-io/lezer-promql';

/** A metric that an expression names, with the labels that it matches on. @typedef {{ name: string, labels: string[] }} Selector */

/**
 * What an expression asks for, by the grammar of Prometheus's own editor.
 * @param {string} expression
 * @returns {{ brokenAt: number | null, selectors: Selector[], grouping: string[] }} `brokenAt`: where it does not parse;
 *   `grouping`: labels of `by`, `on` and the like
 */
export function readExpression(expression) {
  /** @type {number | null} */
  let brokenAt = null;
  /** @type {Selector[]} */
  const selectors = [];
  /** @type {string[]} */
  const grouping = [];
  parser.parse(expression).iterate({
    enter(node) {
      const text = expression.slice(node.from, node.to);
      if (node.type.isError) brokenAt ??= node.from;
      if (node.name === 'VectorSelector') selectors.push({ name: '', labels: [] });
      if (node.name === 'Identifier' && node.matchContext(['VectorSelector'])) last(selectors).name = text;
      if (node.name !== 'LabelName') return;
      if (node.matchContext(['GroupingLabels'])) grouping.push(text);
      else last(selectors).labels.push(text);
    },
  });
  return { brokenAt, selectors, grouping };
}

/** @param {Selector[]} selectors @returns {Selector} */
function last(selectors) {
  return selectors.at(-1) ?? { name: '', labels: [] };
}
