import { Parser } from 'htmlparser2';
import type { ReplyElement } from '@baton/plan/prompts/xml-plan';

interface Building {
  readonly name: string;
  readonly children: ReplyElement[];
  text: string;
}

/** The elements of a reply, whatever text stands around them. Never throws: what is broken is read as far as it can be. */
export function parseXmlReply(reply: string): readonly ReplyElement[] {
  const root: Building = { name: '', children: [], text: '' };
  const open: Building[] = [root];
  const parser = new Parser(
    {
      onopentag: (name) => open.push({ name, children: [], text: '' }),
      ontext(text) {
        const inner = open.at(-1);
        if (inner) inner.text += text;
      },
      onclosetag(_name, isImplied) {
        const { name, children, text } = open.pop() ?? root;
        const parent = open.at(-1) ?? root;
        parent.children.push({ name, children, text, isClosed: !isImplied });
        parent.text += text;
      },
    },
    { xmlMode: true, decodeEntities: true, lowerCaseTags: true },
  );
  parser.end(reply);
  return root.children;
}
