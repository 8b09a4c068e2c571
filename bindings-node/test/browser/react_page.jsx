// The page of the tests for React: what a form for photos does, with the parts of it that a test looks at.

import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';

import { useImageUpload } from 'presize/react';

function Photos() {
    const uploads = useImageUpload({ retries: 0, onFile: (file) => window.told.push([file.id, file.state]) });
    window.uploads = uploads;
    window.renders += 1;
    return (
        <main>
            <input
                type="file"
                multiple
                onChange={(event) => {
                    uploads.uploadAll(event.target.files);
                    event.target.value = '';
                }}
            />
            <progress id="all" value={uploads.progress} max={100} />
            <p id="state">{uploads.uploading ? 'uploading' : 'idle'}</p>
            {uploads.error && <p role="alert">{uploads.error.message}</p>}
            <ul>
                {uploads.files.map((file) => (
                    <li key={file.id} data-state={file.state}>
                        {file.previewUrl && <img src={file.previewUrl} alt={file.file.name} />}
                        <progress value={file.progress} max={100} />
                        <span>{file.error?.message ?? file.image?.key ?? file.state}</span>
                        <button type="button" onClick={() => uploads.retry(file.id)}>
                            retry {file.file.name}
                        </button>
                        <button type="button" onClick={() => uploads.remove(file.id)}>
                            remove {file.file.name}
                        </button>
                    </li>
                ))}
            </ul>
            <button type="button" onClick={uploads.reset}>
                reset
            </button>
        </main>
    );
}

function Page() {
    const [shown, show] = useState(true);
    window.show = show;
    return shown ? <Photos /> : <p>nothing</p>;
}

Object.assign(window, { told: [], renders: 0, made: 0, revoked: 0 });
for (const [name, count] of [
    ['createObjectURL', 'made'],
    ['revokeObjectURL', 'revoked'],
]) {
    const original = URL[name];
    URL[name] = (value) => {
        window[count] += 1;
        return original.call(URL, value);
    };
}
createRoot(document.querySelector('#root')).render(
    <StrictMode>
        <Page />
    </StrictMode>,
);
