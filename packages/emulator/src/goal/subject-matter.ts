/** "report on the history of…": the form of the work is not its subject. */
const FORM =
  /^(?:(?:short|brief|detailed|full|thorough|technical|competitive|in-depth|product|marketing)\s+)*(?:report|study|overview|white ?paper|briefing|essay|article|survey|summary|analysis|market (?:research|analysis|study)|research|assessment|evaluation|review|blog (?:post|article)|tutorial|guide|copy|text|texts|description|section by section)\s+(?:on|of|about|for|to)\s+/i;

/** How the work is to be laid out is not its subject either. */
const LAYOUT =
  /\s*,?\s*(?:(?:in|with|of) (?:[\w-]+ )?(?:sections|chapters|versions|variants|variations|approaches|tones|styles|manners)\b.*|(?:section by section|chapter by chapter|by sections?|by chapters?)\b.*|in an? (?:[\w-]+, )*[\w-]+ and an? [\w-]+ (?:version|tone|style|manner)\b.*)$/i;

/** A topic without the form that the work is to have: "report on bees" as "bees". */
export function subjectMatter(topic: string): string {
  const matter = topic
    .replace(LAYOUT, '')
    .replace(FORM, '')
    .replace(/^(?:an?|the)\s+/i, '');
  return matter === '' ? topic : matter;
}
