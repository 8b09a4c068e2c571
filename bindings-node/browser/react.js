'use client';

// presize/react: `UploadList` as a React hook.

import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';

import { UploadList } from './upload_list.js';

export function useImageUpload(options) {
  // Holds no resources until a file is added, so a discarded render leaks nothing.
  const [list] = useState(() => new UploadList(options));

  // At each render, so that later uploads use its options and see its variables.
  useEffect(() => list.setOptions(options));
  useEffect(() => {
    list.resume();
    return () => list.suspend();
  }, [list]);

  const state = useSyncExternalStore(list.subscribe, list.getSnapshot, list.getSnapshot);
  return useMemo(() => {
    const { upload, uploadAll, retry, remove, reset } = list;
    return { ...state, upload, uploadAll, retry, remove, reset };
  }, [list, state]);
}
