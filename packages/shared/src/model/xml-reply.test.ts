import { describe, expect, it } from 'vitest';
import { readXmlPlan } from '@baton/plan/prompts/xml-plan';
import { parseXmlReply } from './xml-reply.ts';

const workers = ['researcher', 'specialist'];

describe('a reply in XML', () => {
  it('is read over several lines, with entities, CDATA and prose around it', () => {
    const reply = `Here is the plan, as 3 < 4:
\`\`\`xml
<analysis>
Two &amp; a half.
</analysis>
<Tasks>
  <task>
    <type>researcher</type>
    <description>Compare
      "a" &lt; &quot;b&quot; &#8212; <![CDATA[<b> & co]]>.</description>
  </task>
</Tasks>
\`\`\``;
    expect(readXmlPlan(parseXmlReply(reply), workers)).toMatchObject({
      value: {
        analysis: 'Two & a half.',
        tasks: [{ worker: 'researcher', description: 'Compare\n      "a" < "b" — <b> & co.' }],
      },
    });
  });

  it('knows what was cut off', () => {
    const reply = '<tasks><task><type>researcher</type><description>Do';
    expect(readXmlPlan(parseXmlReply(reply), workers)).toMatchObject({
      kind: 'unreadable',
      message: expect.stringContaining('</tasks>'),
    });
  });

  it('survives whatever comes', () => {
    for (const text of [
      '',
      '<',
      '</a></b>',
      '<a><b></a>',
      '<!DOCTYPE x [<!ENTITY a "b">]><tasks>&a;</tasks>',
      '<a b="',
    ]) {
      expect(() => parseXmlReply(text)).not.toThrow();
    }
  });
});
