# What `cmake --install` puts where, and the Debian package that `cpack` makes of it.

include(GNUInstallDirs)
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON) # otherwise cpack would build all the tests first
set(package_files ${CMAKE_CURRENT_LIST_DIR}/debian)
set(documentation ${CMAKE_INSTALL_DATADIR}/doc/waybill)

install(TARGETS waybill RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES config/deploy/waybill.service config/deploy/waybill.socket DESTINATION lib/systemd/system)
install(FILES ${package_files}/waybill.sysusers DESTINATION lib/sysusers.d RENAME waybill.conf)
install(FILES ${package_files}/waybill.env DESTINATION /etc/waybill # where the binary looks
        PERMISSIONS OWNER_READ OWNER_WRITE)
install(FILES ${package_files}/copyright ${package_files}/README.Debian README.md DESTINATION ${documentation})
execute_process(COMMAND gzip -9 --no-name --stdout ${package_files}/changelog
                OUTPUT_FILE ${CMAKE_BINARY_DIR}/changelog.Debian.gz COMMAND_ERROR_IS_FATAL ANY)
install(FILES ${CMAKE_BINARY_DIR}/changelog.Debian.gz DESTINATION ${documentation})
install(FILES config/deploy/README.md DESTINATION ${documentation} RENAME operating.md)
install(FILES server/api/openapi/viewer/redoc.standalone.js.LICENSE.txt DESTINATION ${documentation} RENAME redoc-notices.txt)
install(FILES config/example.env config/deploy/nginx.conf config/deploy/Caddyfile config/deploy/haproxy.cfg
              config/deploy/pgbouncer.ini
        DESTINATION ${documentation}/examples)
execute_process(COMMAND gzip -9 --no-name --stdout ${CMAKE_CURRENT_LIST_DIR}/waybill.1
                OUTPUT_FILE ${CMAKE_BINARY_DIR}/waybill.1.gz COMMAND_ERROR_IS_FATAL ANY)
install(FILES ${CMAKE_BINARY_DIR}/waybill.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(DIRECTORY config/deploy/cluster DESTINATION ${documentation}/examples)
install(DIRECTORY config/monitoring DESTINATION ${documentation})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME waybill)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_PACKAGE_CONTACT "The Waybill team <waybill@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "SMS campaigns through Twilio, with every delivery receipt kept")
set(CPACK_PACKAGE_DESCRIPTION
"Waybill sends SMS campaigns and single messages through Twilio, verifies
Twilio's signed delivery receipts and stores in PostgreSQL what became of
each message. It serves an HTTP API, a dashboard and Prometheus metrics.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "ca-certificates, systemd | systemd-standalone-sysusers")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "postgresql")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${package_files}/conffiles ${package_files}/postinst ${package_files}/prerm ${package_files}/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
