export const id = 772;
export const ids = [772];
export const modules = {

/***/ 1772:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   serviceAppAuthorization: () => (/* binding */ serviceAppAuthorization)
/* harmony export */ });
function serviceAppAuthorization(_) {
    return Promise.reject(new Error('not there yet'));
}


/***/ })

};
