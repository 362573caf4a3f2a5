# The viewer of /api/docs travels inside the binary: our page, and Redoc 2.5.0 of npm (redoc.standalone.js, MIT), compressed.

set(viewer ${CMAKE_SOURCE_DIR}/server/api/openapi/viewer)
set(embedded_viewer "#include \"server/api/openapi/document.hpp\"\n\nnamespace waybill::api\n{\n")
foreach(name docs.html docs.js redoc.standalone.js.gz)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${viewer}/${name})
    read_as_literal(${viewer}/${name} content_literal)
    string(MAKE_C_IDENTIFIER ${name} identifier)
    string(APPEND embedded_viewer "const std::string_view viewer_${identifier} = ${content_literal};\n")
endforeach()
string(APPEND embedded_viewer "} // namespace waybill::api\n")
file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/embedded_viewer.cpp CONTENT "${embedded_viewer}")
