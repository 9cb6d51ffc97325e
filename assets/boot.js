// Streamlit asks this object where its server is. See explorer/ui/document.py.
window.__streamlit = { BACKEND_BASE_URL: window.location.origin + "/" }
