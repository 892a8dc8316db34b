import { bundlePrograms } from './bundle.mjs';
import { repositoryRoot } from './paths.mjs';

/** The programs that the tests start are the sources as they are now. */
export default function setup() {
  return bundlePrograms(repositoryRoot);
}
