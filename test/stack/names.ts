/** `OpenIncident` becomes `open-incident`: the name of a step becomes that of its file. */
export function kebab(name: string): string {
  return name.replaceAll(/(?<!^)([A-Z])/g, '-$1').toLowerCase();
}
