/** The options of a command, as `read` reads them. If one is wrong, or is `--help`, the command ends with the usage and exit code 1. */
export function optionsOrUsage<T>(usage: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(1);
  }
}
