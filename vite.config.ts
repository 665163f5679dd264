/** Builds the renderer to `dist/renderer`; both hosts serve the same files. */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('./renderer', import.meta.url)),
  // Relative addresses work under http://127.0.0.1:port/ and under app://.
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    outDir: fileURLToPath(new URL('./dist/renderer', import.meta.url)),
    emptyOutDir: true,
    target: 'chrome140',
    // The content policy allows no data: scripts or workers.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4000,
  },
});
