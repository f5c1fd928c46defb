import { OdkWebForm, POST_SUBMIT__NEW_INSTANCE, webFormsPlugin } from '@getodk/web-forms';
import { createApp, h } from 'vue';

// danvan form preview puts the form and its tables here: {title, version, xform, media: {name: text}}
const form = JSON.parse(document.getElementById('form').textContent);

async function fetchFormAttachment(resource) {
  const name = decodeURIComponent(String(resource).split('/').pop());
  return name in form.media
    ? new Response(form.media[name], { status: 200, headers: { 'content-type': 'text/csv; charset=utf-8' } })
    : new Response('', { status: 404 });
}

// Nothing leaves the page: the finished interview is shown, to be compared with what was meant.
async function show(payload, callback) {
  const sent = await payload;
  const xml = await sent.data[0].get('xml_submission_file').text();
  document.getElementById('submission').textContent = xml;
  document.getElementById('finished').hidden = false;
  callback?.({ next: POST_SUBMIT__NEW_INSTANCE });
}

document.getElementById('version').textContent = `${form.title} · ${form.version}`;
createApp({ render: () => h(OdkWebForm, { formXml: form.xform, fetchFormAttachment, onSubmit: show }) })
  .use(webFormsPlugin)
  .mount('#app');
