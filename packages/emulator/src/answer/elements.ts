/** One XML-like element of a prompt. Text and attribute values are unescaped. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  /** The element's own text, without its children's, trimmed. */
  readonly text: string;
}

interface OpenElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
  text: string;
}

const TAG =
  /<(?<close>\/)?(?<name>[A-Za-z_][\w.-]*)(?<attributes>(?:\s+[\w.-]+="[^"<]*")*)\s*(?<empty>\/)?>/g;
const ATTRIBUTE = /(?<key>[\w.-]+)="(?<value>[^"]*)"/g;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/**
 * Reads the elements of a text. It forgives what a strict parser would not: a stray closing tag is text,
 * and an element that is never closed ends where the one around it does.
 */
export function parseElements(text: string): readonly Element[] {
  const root = open('', new Map());
  const stack = [root];
  let position = 0;
  for (const tag of text.matchAll(TAG)) {
    const { close, name = '', attributes = '', empty } = tag.groups ?? {};
    top(stack).text += unescapeEntities(text.slice(position, tag.index));
    position = tag.index + tag[0].length;
    if (close !== undefined) closeElement(stack, name, tag[0]);
    else if (empty !== undefined) top(stack).children.push(finished(open(name, attributesIn(attributes))));
    else stack.push(open(name, attributesIn(attributes)));
  }
  top(stack).text += unescapeEntities(text.slice(position));
  while (stack.length > 1) closeTop(stack);
  return root.children;
}

/** The first element of that name, at any depth, in the order of the text. */
export function findElement(elements: readonly Element[], name: string): Element | undefined {
  const waiting = elements.toReversed();
  for (let element = waiting.pop(); element !== undefined; element = waiting.pop()) {
    if (element.name === name) return element;
    for (const child of element.children.toReversed()) waiting.push(child);
  }
  return undefined;
}

export function childText(element: Element | undefined, name: string): string {
  return element?.children.find((child) => child.name === name)?.text ?? '';
}

export function childrenNamed(element: Element | undefined, name: string): readonly Element[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** The texts of an element's children of that name. */
export function textsIn(element: Element, name: string): string[] {
  return childrenNamed(element, name).map((child) => child.text);
}

/** An attribute's value; '' when it is not there. */
export function attribute(element: Element, name: string): string {
  return element.attributes.get(name) ?? '';
}

function open(name: string, attributes: ReadonlyMap<string, string>): OpenElement {
  return { name, attributes, children: [], text: '' };
}

function finished(element: OpenElement): Element {
  return { ...element, text: element.text.trim() };
}

/** The innermost open element; the root is never closed, so there always is one. */
function top(stack: readonly OpenElement[]): OpenElement {
  return stack.at(-1) ?? open('', new Map());
}

function closeElement(stack: OpenElement[], name: string, raw: string): void {
  const depth = stack.findLastIndex((element, index) => index > 0 && element.name === name);
  if (depth === -1) {
    top(stack).text += raw;
    return;
  }
  while (stack.length > depth) closeTop(stack);
}

function closeTop(stack: OpenElement[]): void {
  const element = stack.pop();
  if (element !== undefined) top(stack).children.push(finished(element));
}

function attributesIn(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const match of text.matchAll(ATTRIBUTE)) {
    const { key = '', value = '' } = match.groups ?? {};
    attributes.set(key, unescapeEntities(value));
  }
  return attributes;
}

export function unescapeEntities(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g,
    (entity, decimal, hex, name) => {
      if (typeof name === 'string') return ENTITIES[name] ?? entity;
      const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
    },
  );
}
