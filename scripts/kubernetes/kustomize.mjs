import { capture, programOnPath } from '../processes.mjs';

/** The manifests are written for this major version; kubectl has it from 1.27 on. */
const NEEDED = 5;

/**
 * kubectl from PATH, when its kustomize is new enough; `refused` says why there is none.
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Promise<{ render: (folder: string) => Promise<string> } | { refused: string }>} `render` rejects with what kubectl says
 */
export async function findKustomize(environment = process.env) {
  const kubectl = programOnPath('kubectl', environment);
  const absent = 'there is no kubectl 1.27 or later on PATH';
  if (kubectl === null) return { refused: absent };
  const { code, stdout } = await capture(kubectl, ['version', '--client'], {
    environment,
    timeoutMs: 10_000,
  });
  const major = Number(/Kustomize Version: v(\d+)\./.exec(stdout)?.[1] ?? 0);
  if (code !== 0 || major < NEEDED) return { refused: absent };
  return {
    async render(folder) {
      const rendered = await capture(kubectl, ['kustomize', folder], { environment, timeoutMs: 30_000 });
      if (rendered.code !== 0) throw new Error(`${folder} can't be rendered: ${rendered.output}`);
      return rendered.stdout;
    },
  };
}
