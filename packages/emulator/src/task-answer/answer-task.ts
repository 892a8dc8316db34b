import type { TaskPrompt } from '../answer/prompt.ts';
import { SIMULATED_LINE } from '../answer/simulated.ts';
import { applyFeedback } from '../review/apply-feedback.ts';
import { analyzerAnswer } from './analyzer.ts';
import { coderAnswer } from './coder.ts';
import { listAnswer } from './list-answer.ts';
import { researcherAnswer } from './researcher.ts';
import { reviewerAnswer } from './reviewer.ts';
import { specialistAnswer } from './specialist.ts';
import { synthesizerAnswer } from './synthesizer.ts';
import { briefOf, type TaskBrief } from './task-brief.ts';
import { validatorAnswer } from './validator.ts';
import { versionAnswer } from './version-answer.ts';
import { writerAnswer } from './writer.ts';

const ANSWERS = new Map<string, (brief: TaskBrief) => string[]>([
  ['researcher', researcherAnswer],
  ['analyzer', analyzerAnswer],
  ['writer', writerAnswer],
  ['coder', coderAnswer],
  ['reviewer', reviewerAnswer],
  ['validator', validatorAnswer],
  ['synthesizer', synthesizerAnswer],
  ['specialist', specialistAnswer],
]);

/** A worker's answer in markdown, made from its inputs alone; an unknown worker type answers as a specialist. */
export function answerTask(prompt: TaskPrompt): string {
  const answer = listAnswer(prompt) ?? proseAnswer(prompt);
  return prompt.revision === null ? answer : applyFeedback(answer, prompt.revision);
}

function proseAnswer(prompt: TaskPrompt): string {
  const brief = briefOf(prompt);
  const write = ANSWERS.get(prompt.worker) ?? specialistAnswer;
  // What is done for an item of a list is put under that item's heading with the others.
  const heading = prompt.item === null ? [`## ${brief.title}`, ''] : [];
  const text = [...heading, ...(versionAnswer(brief) ?? write(brief))].join('\n');
  return `${text.replaceAll(/\n{3,}/g, '\n\n').trim()}\n\n${SIMULATED_LINE}`;
}
