import { applyEvent } from '../progress/apply-event.ts';
import { beginProgress, progressOf } from '../progress/goal-progress.ts';
import { renderTree } from '../tree/render-tree.ts';
import { SPINNER_STEP } from '../tree/status-marks.ts';
import type { OpenGoalView } from './goal-view.ts';
import { openRedrawnLines } from './redrawn-lines.ts';

/** The task tree on a terminal. It is drawn anew ten times a second at the most, however many events arrive. */
export const openLiveTree: OpenGoalView = (goal, output, now) => {
  const lines = openRedrawnLines(output);
  let progress = beginProgress(goal);
  // How far the server's clock is ahead of this one, as far as events prove it: none can come from the future.
  let ahead = Math.max(0, progress.createdAt - now());

  function draw(): void {
    const screen = {
      now: now() + ahead,
      // A line that fills the last column makes some terminals go on to the next.
      width: output.columns - 1,
      height: output.rows - 1,
      color: output.color,
    };
    lines.draw(renderTree(progress, screen));
  }

  const ticks = setInterval(draw, SPINNER_STEP);
  draw();

  return {
    show(event) {
      ahead = Math.max(ahead, Date.parse(event.data.at) - now());
      progress = applyEvent(progress, event);
    },
    end(ended) {
      progress = progressOf(ended, progress);
      draw();
    },
    close() {
      clearInterval(ticks);
      draw();
      lines.close();
    },
  };
};
