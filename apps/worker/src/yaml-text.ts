/** A module of its own, to be loaded by those who read YAML only. */
export { parse as parseYaml } from 'yaml';
