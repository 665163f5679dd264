/** Entry of the renderer. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { connectToHost } from './api/client.ts';
import { App } from './app/App.tsx';
import { createAppStore } from './state/store.ts';

// The content policy forbids generated code.
z.config({ jitless: true });

const root = document.getElementById('root');
if (root !== null) {
  const link = connectToHost();
  const store = createAppStore({ client: link.client, storage: window.localStorage });
  window.addEventListener('beforeunload', () => void store.getState().keepDraft());
  createRoot(root).render(
    <StrictMode>
      <App store={store} link={link} />
    </StrictMode>,
  );
}
