import { dayCount } from '../goal/counts.ts';
import type { GoalFacts } from '../goal/goal-facts.ts';
import { formatMoney } from '../goal/money.ts';
import { draft, suits, type DraftTask } from './draft-task.ts';

export function travelPlan(facts: GoalFacts): DraftTask[] {
  const place = facts.place ?? 'the destination';
  const stay = facts.days === null ? 'the stay' : `a ${dayCount(facts.days)} stay`;
  const party =
    facts.people === null ? '' : ` for ${facts.people} ${facts.people === 1 ? 'person' : 'people'}`;
  const budget = facts.money === null ? null : formatMoney(facts.money);
  return [
    draft({
      id: 'sights',
      stage: 'gather',
      suits: suits.research,
      description: `Research sights, neighbourhoods and food in ${place} that fit ${stay}${party}.`,
      requirements: [
        'Group what is close together, so that a day needs little travel',
        'Give the time each stop takes and whether it needs booking',
      ],
      priority: 'high',
    }),
    draft({
      id: 'prices',
      stage: 'gather',
      suits: suits.research,
      description: `Research the way there, local transport and lodging prices in ${place} for ${stay}${party}.`,
      requirements: [
        'Give a price range for lodging, transport and meals',
        'Say what is cheaper when booked ahead',
      ],
      priority: 'high',
    }),
    draft({
      id: 'budget',
      stage: 'combine',
      suits: suits.analysis,
      description:
        budget === null
          ? `Work out what ${stay} in ${place}${party} costs, by category.`
          : `Split the budget of ${budget} for ${stay} in ${place}${party} by category.`,
      requirements: [
        budget === null ? 'Every category has an amount' : `The split adds up to ${budget}`,
        'Keep a reserve',
      ],
      dependencies: ['prices'],
      priority: 'high',
    }),
    draft({
      id: 'itinerary',
      stage: 'produce',
      suits: suits.expertise,
      approach: 'travel planner',
      description: `Write the day-by-day itinerary for ${stay} in ${place}${party}.`,
      requirements: [
        facts.days === null ? 'Every day has a plan' : `Cover day 1 to day ${facts.days}`,
        'Morning, afternoon and evening for each day',
        budget === null ? 'Say what each day costs' : `Stay within ${budget}`,
      ],
      dependencies: ['sights', 'budget'],
      priority: 'high',
      complexity: 'high',
    }),
    draft({
      id: 'check',
      stage: 'check',
      suits: suits.validation,
      description: `Check the itinerary for ${place} against the goal.`,
      requirements: [
        facts.days === null ? 'Every day is planned' : `All ${facts.days} days are planned`,
        budget === null ? 'Costs are stated' : `Costs stay within ${budget}`,
      ],
      dependencies: ['budget', 'itinerary'],
      complexity: 'low',
    }),
  ];
}
