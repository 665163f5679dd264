/** The editor's module for a component, fetched when it is wanted. */
import { useEffect, useState } from 'react';
import { loadEditor, type MonacoModule } from './load.ts';

/** The module once it is there; `failed` when it could not be fetched. */
export function useEditorModule(wanted: boolean): { module: MonacoModule | undefined; failed: boolean } {
  const [state, setState] = useState<{ module: MonacoModule | undefined; failed: boolean }>({
    module: undefined,
    failed: false,
  });
  useEffect(() => {
    if (!wanted) return;
    let current = true;
    void loadEditor().then((module) => current && setState({ module, failed: module === undefined }));
    return () => {
      current = false;
    };
  }, [wanted]);
  return state;
}
