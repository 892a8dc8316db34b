import type { TaskBrief } from './task-brief.ts';

/** Whether the task is to plan the days of a journey. */
export function isItinerary(brief: TaskBrief): boolean {
  const isAboutDays = /\b(?:itinerary|day[- ]by[- ]day|schedule|each day)\b/i.test(brief.prompt.description);
  return (
    brief.facts.kind === 'travel' &&
    isAboutDays &&
    !/^\W*(?:check|review|verify)\b/i.test(brief.prompt.description)
  );
}
