import fc from 'fast-check';

/** Properties are tried on the same values every time, so that a red run is about the change at hand; `FC_SEED=n` tries others. */
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 2026) });
