import process from 'node:process';

/** @param {import('./children.mjs').FromChild} message */
function tellParent(message) {
  process.send?.(message);
}

function cpuSeconds() {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return (userCPUTime + systemCPUTime) / 1e6;
}

/**
 * The life of a measured process: it starts with the settings that its parent gave, tells how much CPU it has used when
 * asked, and goes when it is told to or when the parent is gone.
 * @template Settings
 * @param {(settings: Settings) => Promise<{ stop: () => Promise<void> }>} start
 */
export async function serveParent(start) {
  const settings = /** @type {Settings} */ (JSON.parse(process.argv[2] ?? '{}'));
  try {
    const running = await start(settings);
    const leave = () => void running.stop().finally(() => process.exit(0));
    process.once('disconnect', leave);
    // A Ctrl-C reaches the whole group; the parent, which gets it too, ends this process in order.
    process.on('SIGINT', () => undefined);
    process.on('message', (/** @type {import('./children.mjs').ToChild} */ message) => {
      if (message.kind === 'usage') tellParent({ kind: 'usage', cpuSeconds: cpuSeconds() });
      else leave();
    });
    tellParent({ kind: 'ready' });
  } catch (error) {
    tellParent({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
    process.disconnect();
  }
}
