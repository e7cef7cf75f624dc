const { writeFileSync } = require('node:fs');

/** Preloaded: leaves the most memory that the process had (kibibytes) in the file that PEAK_MEMORY names. */
process.on('exit', () => {
  writeFileSync(process.env.PEAK_MEMORY, String(process.resourceUsage().maxRSS));
});
